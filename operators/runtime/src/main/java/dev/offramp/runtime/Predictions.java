package dev.offramp.runtime;

import dev.offramp.runtime.Manifest.Group;
import dev.offramp.schemas.Exit;
import dev.offramp.schemas.ExitReason;
import dev.offramp.schemas.LabelProbability;
import dev.offramp.schemas.Model;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.Timing;
import dev.offramp.schemas.Uncertainty;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the record of an event that left: probabilities at its calibration group's temperature,
 * the prediction set, and whether it looks out of scope. One thread.
 */
final class Predictions {
  private static final int TOP = 5;

  private final Manifest manifest;
  private final Exits exits;
  private final double level;
  private final PredictionSets sets;
  private final OutOfScope outOfScope;
  private final float[] p;

  /**
   * @throws IllegalArgumentException the bundle has no such level
   */
  Predictions(Manifest manifest, Exits exits, SetKind kind, double confidenceLevel) {
    this.manifest = manifest;
    this.exits = exits;
    this.level = manifest.levels().get(manifest.level(confidenceLevel));
    this.sets = PredictionSets.of(manifest, exits.point(), kind, level);
    this.outOfScope = OutOfScope.of(manifest, exits.point(), level);
    this.p = new float[manifest.classes()];
  }

  Prediction of(InFlight event, ExitReason reason, long nowMicros) {
    ExitState state = event.state;
    boolean forced = reason == ExitReason.DEADLINE;
    Group group = exits.group(state, forced);
    exits.probabilities(state, group, p);
    boolean[] members = sets.members(group, forced, state.probabilities);
    List<Integer> order = mostProbable(members);
    List<LabelProbability> top = new ArrayList<>(TOP);
    for (int c : order.subList(0, Math.min(TOP, order.size()))) {
      top.add(new LabelProbability(manifest.labels().get(c), (double) p[c]));
    }
    List<String> set = new ArrayList<>();
    for (int c : order) {
      if (members[c]) {
        set.add(manifest.labels().get(c));
      }
    }
    double entropy = Scores.entropy(p);
    double outOfScopeScore = OutOfScope.ofEntropy(entropy, p.length);
    int index = state.exits - 1;
    boolean graded = reason != ExitReason.FINAL && exits.point().gates().get(index).graded();
    float first = p[order.get(0)];
    Uncertainty uncertainty =
        new Uncertainty(
            entropy,
            (double) first - p[order.get(1)],
            graded ? state.gate : null,
            set,
            sets.kind(forced).written(),
            level,
            sets.calibration(group, forced),
            outOfScopeScore,
            outOfScope.flags(outOfScopeScore, forced));
    return new Prediction(
        event.id,
        top.get(0).getLabel(),
        (double) first,
        top,
        uncertainty,
        new Exit(index, manifest.exits(), reason),
        manifest.stages().get(index).cost(),
        event.truncated,
        new Model(manifest.id(), exits.point().name(), group.id()),
        new Timing(
            Ticker.instant(event.arrivedMicros),
            Ticker.instant(nowMicros),
            event.hasBudget() ? event.budgetMicros / 1000 : null,
            nowMicros > event.deadlineMicros()));
  }

  /**
   * Labels by falling probability: the first few, and all that the set takes in. Sorting just those
   * keeps it linear in the labels.
   */
  private List<Integer> mostProbable(boolean[] members) {
    List<Integer> chosen = new ArrayList<>();
    boolean[] taken = new boolean[p.length];
    for (int n = 0; n < Math.min(TOP, p.length); n++) {
      int best = -1;
      for (int c = 0; c < p.length; c++) {
        if (!taken[c] && (best < 0 || p[c] > p[best])) {
          best = c;
        }
      }
      taken[best] = true;
      chosen.add(best);
    }
    for (int c = 0; c < p.length; c++) {
      if (!taken[c] && members[c]) {
        chosen.add(c);
      }
    }
    chosen.sort((a, b) -> Float.compare(p[b], p[a]));
    return chosen;
  }
}
