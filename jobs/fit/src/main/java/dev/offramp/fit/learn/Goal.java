package dev.offramp.fit.learn;

/** What the default operating point must keep. */
public sealed interface Goal {
  /**
   * The cheapest point that loses no more accuracy against full depth.
   *
   * @param share of examples, in [0, 1]
   */
  record AccuracyLoss(double share) implements Goal {
    /** Checks the range. */
    public AccuracyLoss {
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException("the loss of accuracy must be in [0, 1]: " + share);
      }
    }
  }

  /**
   * The most accurate point that costs no more.
   *
   * @param share of the network's multiply-adds, in [0, 1]
   */
  record Cost(double share) implements Goal {
    /** Checks the range. */
    public Cost {
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException("the cost must be in [0, 1]: " + share);
      }
    }
  }
}
