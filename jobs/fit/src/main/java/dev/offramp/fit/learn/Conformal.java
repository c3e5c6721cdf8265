package dev.offramp.fit.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Thresholds of prediction sets by split conformal prediction, score s = 1 - p_y (LAC: Sadinle,
 * Lei, Wasserman, JASA 2019). With n held-out scores, the ceil((n + 1) level)-th smallest covers a
 * new exchangeable example with probability level or more. Where that index passes n, no finite
 * threshold does: null.
 */
final class Conformal {
  private Conformal() {}

  /** How many scores a threshold at this level needs. */
  static int examplesNeeded(double level) {
    return (int) Math.ceil(level / (1 - level) - 1e-9);
  }

  /** The threshold at each level; null where the scores are too few. */
  static List<Double> thresholds(double[] scores, List<Double> levels) {
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    List<Double> thresholds = new ArrayList<>();
    for (double level : levels) {
      // 0.95 x 20 is a hair over 19 in floating point; the index must not jump for it.
      double index = Math.ceil((sorted.length + 1) * level - 1e-9);
      thresholds.add(index > sorted.length ? null : sorted[(int) index - 1]);
    }
    return thresholds;
  }
}
