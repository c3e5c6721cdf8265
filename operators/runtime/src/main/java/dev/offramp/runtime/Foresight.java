package dev.offramp.runtime;

/**
 * What an exit foresees of the exits from here on: for each of them the chance that its answer
 * would be right, from the gate's measures here. A perceptron with one hidden layer of rectified
 * units and a direct path: s_k = sigmoid(relu(m . w1 + b1) . w2 + b2 + direct_k logit), for k = l,
 * l + 1, ... to the last exit. A few thousand multiplications; no network is run. Immutable; any
 * thread.
 *
 * @param w1 [measures x hidden], row-major, measures by {@link Measure#index}
 * @param b1 [hidden]
 * @param w2 [hidden x exits from here on], row-major
 * @param b2 [exits from here on]
 * @param direct weight of {@link Measure#LOGIT} [exits from here on]
 */
public record Foresight(float[] w1, float[] b1, float[] w2, float[] b2, float[] direct) {

  /**
   * The chances of being right.
   *
   * @param measures of the event at this exit
   * @param into receives them, this exit's first [exits from here on]
   */
  public void of(double[] measures, double[] into) {
    int hidden = b1.length;
    int outputs = b2.length;
    for (int k = 0; k < outputs; k++) {
      into[k] = b2[k] + direct[k] * measures[Measure.LOGIT.index()];
    }
    for (int j = 0; j < hidden; j++) {
      double unit = b1[j];
      for (int m = 0; m < Measures.COUNT; m++) {
        unit += measures[m] * w1[m * hidden + j];
      }
      if (unit > 0) {
        for (int k = 0; k < outputs; k++) {
          into[k] += unit * w2[j * outputs + k];
        }
      }
    }
    for (int k = 0; k < outputs; k++) {
      into[k] = 1 / (1 + Math.exp(-into[k]));
    }
  }

  /**
   * How much better the best deeper exit is than leaving here: max over k of s_k - s_l - lambda
   * (c_k - c_l).
   *
   * @param chances as {@link #of} gives them
   * @param exit l, this exit
   * @param costs of all exits, in [0, 1]
   * @param lambda price of the whole network in units of accuracy
   */
  public static double advantage(double[] chances, int exit, double[] costs, double lambda) {
    double best = Double.NEGATIVE_INFINITY;
    for (int k = exit + 1; k < costs.length; k++) {
      double gain = chances[k - exit] - chances[0] - lambda * (costs[k] - costs[exit]);
      best = Math.max(best, gain);
    }
    return best;
  }
}
