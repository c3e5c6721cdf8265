package dev.offramp.fit;

import java.util.Arrays;
import java.util.Comparator;

/** Measures of how good confidences and scores are. Stateless; any thread. */
public final class Quality {
  private static final int BINS = 15;

  private Quality() {}

  /**
   * Expected calibration error: examples in order of confidence, in 15 bins of equal count (to
   * one); the mean distance of a bin's accuracy from its mean confidence, by count.
   */
  public static double calibrationError(double[] confidence, boolean[] correct) {
    int n = confidence.length;
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> confidence[i]));
    double error = 0;
    for (int bin = 0; bin < BINS; bin++) {
      int from = (int) ((long) n * bin / BINS);
      int to = (int) ((long) n * (bin + 1) / BINS);
      double gap = 0;
      for (int k = from; k < to; k++) {
        gap += (correct[order[k]] ? 1 : 0) - confidence[order[k]];
      }
      error += Math.abs(gap) / n;
    }
    return error;
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
