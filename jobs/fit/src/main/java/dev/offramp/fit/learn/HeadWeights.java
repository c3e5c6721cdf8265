package dev.offramp.fit.learn;

/**
 * How much an example counts at each head while gates are fixed (JEI-DNN, arXiv 2310.09163): by the
 * probability that it leaves there, so that a head learns from what it will be asked. Its weighted
 * losses are scaled to the sum of its plain ones, or examples that leave where they are already
 * right would fade away. The scale is taken as given: no gradient goes through it. Stateless; any
 * thread.
 */
final class HeadWeights {
  /**
   * Largest scale. Past it an example's loss at its exit is all rounding, and so would be the
   * gradient that the scale blows up.
   */
  static final double LARGEST_SCALE = 1e4;

  private HeadWeights() {}

  /**
   * The weights of one example.
   *
   * @param probabilities P_l of leaving at each exit
   * @param losses cross-entropy at each exit, nats
   * @param into receives P_l x (sum of losses) / (sum of P_l x loss_l)
   */
  static void of(double[] probabilities, double[] losses, double[] into) {
    double plain = 0;
    double weighted = 0;
    for (int l = 0; l < losses.length; l++) {
      plain += losses[l];
      weighted += probabilities[l] * losses[l];
    }
    double scale = plain == 0 ? 1 : Math.min(LARGEST_SCALE, plain / weighted);
    for (int l = 0; l < losses.length; l++) {
      into[l] = scale * probabilities[l];
    }
  }
}
