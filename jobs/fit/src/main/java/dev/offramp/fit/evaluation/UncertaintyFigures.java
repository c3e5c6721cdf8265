package dev.offramp.fit.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * How well probabilities and prediction sets held on some examples. Everything but the count is
 * null or empty if there were none.
 *
 * @param examples how many
 * @param accuracy share of right answers
 * @param meanConfidence mean probability of the answers
 * @param ece expected calibration error over the bins
 * @param eceByChance what it would come to if the probabilities were exactly right, on so few
 *     examples: an error that is no larger is no evidence of a fault
 * @param bins of equal count, by confidence
 * @param sets by confidence level, ascending
 */
public record UncertaintyFigures(
    int examples,
    Double accuracy,
    Double meanConfidence,
    Double ece,
    Double eceByChance,
    List<Bin> bins,
    List<SetFigures> sets) {
  /** A bin of an exit has at least so many examples, so that it says anything. */
  static final int EXAMPLES_IN_A_BIN = 10;

  /**
   * Sums up examples.
   *
   * @param which the examples to take
   * @param bins how many; see {@link #bins(int)}
   */
  static UncertaintyFigures of(Judged judged, List<Double> levels, int[] which, int bins) {
    if (which.length == 0) {
      return new UncertaintyFigures(0, null, null, null, null, List.of(), List.of());
    }
    double confidence = 0;
    int right = 0;
    for (int i : which) {
      confidence += judged.confidence[i];
      right += judged.correct[i] ? 1 : 0;
    }
    List<SetFigures> sets = new ArrayList<>();
    for (int level = 0; level < levels.size(); level++) {
      sets.add(SetFigures.of(judged, level, levels.get(level), which));
    }
    List<Bin> binned = Bin.of(judged.confidence, judged.correct, which, bins);
    return new UncertaintyFigures(
        which.length,
        right / (double) which.length,
        confidence / which.length,
        Bin.calibrationError(binned),
        byChance(binned),
        binned,
        List.copyOf(sets));
  }

  /** Bins for so many examples: 15, or fewer with ten examples each, but at least one. */
  static int bins(int examples) {
    return Math.max(1, Math.min(Quality.BINS, examples / EXAMPLES_IN_A_BIN));
  }

  /** A bin's accuracy strays by sqrt(2 p (1 - p) / (pi n)) in the mean, if it is about normal. */
  private static double byChance(List<Bin> bins) {
    double sum = 0;
    int n = 0;
    for (Bin b : bins) {
      double p = b.confidence();
      sum += b.examples() * Math.sqrt(2 * p * (1 - p) / (Math.PI * b.examples()));
      n += b.examples();
    }
    return sum / n;
  }
}
