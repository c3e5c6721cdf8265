package dev.offramp.fit.learn;

/**
 * What the paper teaches its gates (JEI-DNN, arXiv 2310.09163): the best exit for an example is the
 * one of least cross-entropy plus lambda times cost, and a gate shall open there and at every later
 * exit. Stateless; any thread.
 */
final class BestExit {
  /** Open gates weigh at most so many times what shut ones do. */
  static final double HEAVIEST = 5;

  private BestExit() {}

  /**
   * The best exit, the first of equals.
   *
   * @param losses cross-entropy at each exit, nats
   * @param costs of each exit, in [0, 1]
   * @param lambda nats that the whole network's cost is worth
   */
  static int of(double[] losses, double[] costs, double lambda) {
    int best = 0;
    for (int l = 1; l < losses.length; l++) {
      if (losses[l] + lambda * costs[l] < losses[best] + lambda * costs[best]) {
        best = l;
      }
    }
    return best;
  }

  /** What the gate of an exit is taught: 1 at the best exit and after it, 0 before. */
  static int target(int exit, int best) {
    return exit >= best ? 1 : 0;
  }

  /**
   * How much a target of 1 weighs at each gate: the ratio of zeros to ones, at most {@link
   * #HEAVIEST}. A gate that no example wants shut has no ratio to mend, and its ones weigh 1.
   *
   * @param best the best exit of each example
   * @param gates how many
   */
  static double[] positiveWeights(int[] best, int gates) {
    double[] weights = new double[gates];
    for (int l = 0; l < gates; l++) {
      int ones = 0;
      for (int b : best) {
        ones += target(l, b);
      }
      int zeros = best.length - ones;
      weights[l] = zeros == 0 ? 1 : Math.min(HEAVIEST, zeros / (double) ones);
    }
    return weights;
  }
}
