package dev.offramp.fit.evaluation;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Measures of how good confidences and scores are. Stateless; any thread. */
public final class Quality {
  /** Bins of the calibration error, unless examples are few. */
  static final int BINS = 15;

  private Quality() {}

  /**
   * Expected calibration error: examples in order of confidence, in 15 bins of equal count (to
   * one); the mean distance of a bin's accuracy from its mean confidence, by count.
   */
  public static double calibrationError(double[] confidence, boolean[] correct) {
    int[] all = IntStream.range(0, confidence.length).toArray();
    return Bin.calibrationError(Bin.of(confidence, correct, all, BINS));
  }

  /**
   * Area under the ROC curve: the chance that a positive's score is larger than a negative's, ties
   * counting half. Neither may be empty.
   */
  static double auroc(double[] negatives, double[] positives) {
    double[] sorted = negatives.clone();
    Arrays.sort(sorted);
    double wins = 0;
    for (double p : positives) {
      wins += (below(sorted, p, false) + below(sorted, p, true)) / 2.0;
    }
    return wins / ((double) negatives.length * positives.length);
  }

  /** How many are smaller, or smaller or equal. */
  private static int below(double[] sorted, double value, boolean orEqual) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < value || (orEqual && sorted[middle] == value)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
