package dev.offramp.fit.learn;

import dev.offramp.fit.work.Workers;
import dev.offramp.runtime.ExitState;
import dev.offramp.runtime.Exits;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Scores;

/** Feeds cached logits to the decision that serves. Stateless; any thread. */
public final class Replay {
  private static final int BLOCK = 256;

  private Replay() {}

  /**
   * An event before its first exit, with the logits of all exits in place.
   *
   * @param logits [exits x classes]
   */
  public static ExitState start(Manifest manifest, float[] logits) {
    ExitState state = new ExitState(manifest.exits(), manifest.classes());
    System.arraycopy(logits, 0, state.logits(), 0, logits.length);
    return state;
  }

  /**
   * Where examples leave and as what.
   *
   * @param exits [examples]
   * @param labels [examples]
   */
  record Taken(int[] exits, int[] labels) {}

  /** Runs all examples through the gates of a point. */
  static Taken run(Manifest manifest, OperatingPoint point, float[][] logits) {
    Taken taken = new Taken(new int[logits.length], new int[logits.length]);
    Workers.blocks(
        logits.length,
        BLOCK,
        (from, to) -> {
          Exits decision = new Exits(manifest, point);
          for (int i = from; i < to; i++) {
            ExitState state = start(manifest, logits[i]);
            while (!decision.leaves(state)) {}
            taken.exits[i] = state.exits() - 1;
            taken.labels[i] = Scores.argmax(state.probabilities());
          }
        });
    return taken;
  }
}
