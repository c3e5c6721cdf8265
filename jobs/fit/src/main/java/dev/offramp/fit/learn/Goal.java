package dev.offramp.fit.learn;

import java.math.BigDecimal;
import java.math.MathContext;

/** What the default operating point must keep. */
public sealed interface Goal {
  /**
   * How many examples, all with different contents, it takes to tell whether a point meets the
   * goal; 100 to 1,000.
   */
  int examplesNeeded();

  /** What a point that meets the goal does, for a person; the end of a sentence. */
  String inWords();

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

    /**
     * {@inheritDoc}
     *
     * <p>A loss that n examples don't show can still be 1 / (n + 1) within one standard error (the
     * upper end of Wilson's interval at z = 1), as the goal counts errors. So a loss of s needs 1 /
     * s examples. From 1,000 on, what the examples show is taken as it is: no number of examples
     * could show a loss of 0.
     */
    @Override
    public int examplesNeeded() {
      return (int) Math.max(Points.FEWEST, Math.min(1_000, Math.ceil(1 / share - 1e-9)));
    }

    /** {@inheritDoc} */
    @Override
    public String inWords() {
      return "loses at most %s points of accuracy"
          .formatted(
              BigDecimal.valueOf(100 * share)
                  .round(new MathContext(4))
                  .stripTrailingZeros()
                  .toPlainString());
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

    /** {@inheritDoc} */
    @Override
    public int examplesNeeded() {
      return Points.FEWEST;
    }

    /** {@inheritDoc} */
    @Override
    public String inWords() {
      return "costs at most %s of the network".formatted(share);
    }
  }
}
