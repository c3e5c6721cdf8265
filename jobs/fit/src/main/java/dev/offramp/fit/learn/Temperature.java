package dev.offramp.fit.learn;

/**
 * Finds the temperature T that makes softmax(scores / T) most likely to give the labels seen.
 *
 * <p>The negative log-likelihood is convex in 1 / T, so it has one valley in log T, and a golden
 * section closes in on it: each step keeps .618 of the range for one pass over the examples.
 */
final class Temperature {
  /** The search stays within a factor of so much of 1: past it probabilities are all 0 and 1. */
  static final double BOUND = 20;

  /** With fewer examples a temperature says more about them than about new ones. */
  static final int FEW = 50;

  private static final double SECTION = (Math.sqrt(5) - 1) / 2;
  private static final double PRECISION = 1e-3;

  private Temperature() {}

  /**
   * The best temperature for rows of scores.
   *
   * @param scores [examples][classes]
   * @param labels [examples]
   */
  static double best(float[][] scores, int[] labels) {
    double low = -Math.log(BOUND);
    double high = -low;
    double left = high - SECTION * (high - low);
    double right = low + SECTION * (high - low);
    double atLeft = loss(scores, labels, Math.exp(left));
    double atRight = loss(scores, labels, Math.exp(right));
    while (high - low > PRECISION) {
      if (atLeft <= atRight) {
        high = right;
        right = left;
        atRight = atLeft;
        left = high - SECTION * (high - low);
        atLeft = loss(scores, labels, Math.exp(left));
      } else {
        low = left;
        left = right;
        atLeft = atRight;
        right = low + SECTION * (high - low);
        atRight = loss(scores, labels, Math.exp(right));
      }
    }
    return Math.exp((low + high) / 2);
  }

  /** Mean negative log-likelihood in nats. */
  static double loss(float[][] scores, int[] labels, double temperature) {
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      sum += loss(scores[i], labels[i], 1 / temperature);
    }
    return sum / labels.length;
  }

  private static double loss(float[] scores, int label, double scale) {
    float max = Float.NEGATIVE_INFINITY;
    for (float s : scores) {
      max = Math.max(max, s);
    }
    double sum = 0;
    for (float s : scores) {
      double d = (s - max) * scale;
      // Below this a term is lost in the sum's rounding, and the exponential is what costs.
      if (d > -40) {
        sum += Math.exp(d);
      }
    }
    return Math.log(sum) - (scores[label] - max) * scale;
  }
}
