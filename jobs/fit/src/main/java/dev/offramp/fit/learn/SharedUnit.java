package dev.offramp.fit.learn;

import dev.offramp.runtime.Manifest.Rule;
import java.util.function.IntToDoubleFunction;

/**
 * The paper's reading of gates (JEI-DNN, arXiv 2310.09163): they share out one unit of probability
 * in order. What {@link dev.offramp.runtime.Exits} does at {@link Rule#SHARED_UNIT} for one event
 * that serves, for learning and for trying gates on many examples. Stateless; any thread.
 */
final class SharedUnit {
  private SharedUnit() {}

  /**
   * Probability of leaving at each exit: P_l = max(0, min(g_l, 1 - sum of earlier P)); the last
   * takes the rest.
   *
   * @param gates g_l of all exits but the last, each in [0, 1]
   * @param into receives P_l of all exits; they sum to 1
   */
  static void probabilities(double[] gates, double[] into) {
    double spent = 0;
    for (int l = 0; l < gates.length; l++) {
      into[l] = share(gates[l], spent);
      spent += into[l];
    }
    into[gates.length] = Math.max(0, 1 - spent);
  }

  /**
   * Where an event leaves: the first exit whose P_l / (1 - sum of earlier P) is one half or more,
   * else the last.
   *
   * @param gates how many there are
   * @param gate g_l, asked for in order, and only as far as needed
   */
  static int exit(int gates, IntToDoubleFunction gate) {
    double spent = 0;
    for (int l = 0; l < gates; l++) {
      double left = 1 - spent;
      double share = share(gate.applyAsDouble(l), spent);
      if (left <= 0 || share / left >= 0.5) {
        return l;
      }
      spent += share;
    }
    return gates;
  }

  private static double share(double gate, double spent) {
    return Math.max(0, Math.min(gate, 1 - spent));
  }
}
