package dev.offramp.fit.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Examples of like confidence.
 *
 * @param examples how many
 * @param confidence mean probability of their answers
 * @param accuracy share of right answers
 */
public record Bin(int examples, double confidence, double accuracy) {

  /**
   * Examples in order of confidence, in bins of equal count (to one); empty bins are left out.
   *
   * @param which the examples to take
   */
  static List<Bin> of(double[] confidence, boolean[] correct, int[] which, int count) {
    Integer[] order = Arrays.stream(which).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> confidence[i]));
    List<Bin> bins = new ArrayList<>();
    for (int bin = 0; bin < count; bin++) {
      int from = (int) ((long) order.length * bin / count);
      int to = (int) ((long) order.length * (bin + 1) / count);
      double sum = 0;
      int right = 0;
      for (int k = from; k < to; k++) {
        sum += confidence[order[k]];
        right += correct[order[k]] ? 1 : 0;
      }
      if (to > from) {
        bins.add(new Bin(to - from, sum / (to - from), right / (double) (to - from)));
      }
    }
    return List.copyOf(bins);
  }

  /** Mean distance of accuracy from confidence, by count; at least one bin. */
  static double calibrationError(List<Bin> bins) {
    double error = 0;
    int n = 0;
    for (Bin b : bins) {
      error += b.examples * Math.abs(b.accuracy - b.confidence);
      n += b.examples;
    }
    return error / n;
  }
}
