package dev.offramp.fit.evaluation;

import dev.offramp.fit.learn.Replay;
import dev.offramp.runtime.ExitState;
import dev.offramp.runtime.Exits;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.Group;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.PredictionSets;
import dev.offramp.runtime.Scores;
import dev.offramp.runtime.SetKind;
import java.util.List;

/**
 * Predicts one example after the other from its logits, at one operating point, as the job would.
 * What it says holds until the next example. One thread.
 */
final class Judge {
  private final Manifest manifest;
  private final Exits decision;
  private final float[] probabilities;
  private final List<PredictionSets> sets;
  private ExitState state;
  private Group group;

  Judge(Manifest manifest, OperatingPoint point) {
    this.manifest = manifest;
    this.decision = new Exits(manifest, point);
    this.probabilities = new float[manifest.classes()];
    this.sets =
        manifest.levels().stream()
            .map(level -> PredictionSets.of(manifest, point, SetKind.LAC, level))
            .toList();
  }

  /**
   * Takes the next example.
   *
   * @param logits [exits x classes]
   */
  void judge(float[] logits) {
    state = Replay.start(manifest, logits);
    while (!decision.leaves(state)) {}
    group = decision.group(state, false);
    decision.probabilities(state, group, probabilities);
  }

  /** The exit taken. */
  int exit() {
    return state.exits() - 1;
  }

  /** The label answered. */
  int answer() {
    return Scores.argmax(probabilities);
  }

  /** Calibrated probabilities at the exit taken [classes]; overwritten by the next example. */
  float[] probabilities() {
    return probabilities;
  }

  /**
   * Which labels are in the prediction set.
   *
   * @param level index of one of the manifest's levels
   * @return by label [classes]; overwritten by the next call
   */
  boolean[] set(int level) {
    return sets.get(level).members(group, false, state.probabilities());
  }

  /** The label that the last exit gives; asked last, since the example then has left. */
  int answerAtEnd() {
    while (state.exits() < manifest.exits()) {
      decision.advance(state);
    }
    return Scores.argmax(state.probabilities());
  }
}
