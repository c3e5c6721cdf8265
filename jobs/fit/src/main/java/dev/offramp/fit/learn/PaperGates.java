package dev.offramp.fit.learn;

import dev.offramp.runtime.Gate;
import dev.offramp.runtime.Measure;
import dev.offramp.runtime.Measures;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The paper's gates while they are learned (JEI-DNN, arXiv 2310.09163): g = sigmoid(w . m + b) on
 * four measures of how sure the exit is. Each is taught {@link BestExit#target} by binary
 * cross-entropy, ones weighed, going down its gradient with momentum; all start half open. Owned by
 * one thread.
 */
final class PaperGates {
  /** What the gates look at. */
  static final List<Measure> MEASURES =
      List.of(Measure.MAX_PROBABILITY, Measure.ENTROPY, Measure.MARGIN, Measure.SHARPENED_ENTROPY);

  private static final int BIAS = MEASURES.size();
  private static final int[] COLUMNS = MEASURES.stream().mapToInt(Measure::index).toArray();

  private final double decay;
  private final double[][] w;
  private final double[][] velocity;

  /**
   * Gates of 0 weights.
   *
   * @param gates one for each exit but the last
   * @param decay pull of the weights towards 0
   */
  PaperGates(int gates, double decay) {
    this.decay = decay;
    w = new double[gates][BIAS + 1];
    velocity = new double[gates][BIAS + 1];
  }

  /**
   * What a batch of examples teaches one gate.
   *
   * @param measures of all examples at this exit [examples x {@link Measures#COUNT}]
   * @param best the best exit of all examples
   * @param order examples, those of the batch from {@code from} to before {@code to}
   * @param positive weight of a target of 1
   */
  record Lesson(double[] measures, int[] best, int[] order, int from, int to, double positive) {}

  /** The value of a gate for an example. */
  double probability(int gate, double[] measures, int example) {
    return 1 / (1 + Math.exp(-score(gate, measures, example)));
  }

  /** The mean weighted binary cross-entropy of a gate over a batch. */
  double loss(int gate, Lesson lesson) {
    double sum = 0;
    for (int k = lesson.from; k < lesson.to; k++) {
      int i = lesson.order[k];
      double score = score(gate, lesson.measures, i);
      boolean open = BestExit.target(gate, lesson.best[i]) == 1;
      sum += open ? lesson.positive * softplus(-score) : softplus(score);
    }
    return sum / (lesson.to - lesson.from);
  }

  /** The gradient of {@link #loss} by the weights, in the order of {@link #MEASURES}, and bias. */
  double[] gradient(int gate, Lesson lesson) {
    double[] gradient = new double[BIAS + 1];
    int n = lesson.to - lesson.from;
    for (int k = lesson.from; k < lesson.to; k++) {
      int i = lesson.order[k];
      double g = probability(gate, lesson.measures, i);
      boolean open = BestExit.target(gate, lesson.best[i]) == 1;
      double by = (open ? lesson.positive * (g - 1) : g) / n;
      for (int m = 0; m < BIAS; m++) {
        gradient[m] += by * lesson.measures[i * Measures.COUNT + COLUMNS[m]];
      }
      gradient[BIAS] += by;
    }
    return gradient;
  }

  /** Moves a gate down the gradient of a batch. */
  void step(int gate, Lesson lesson, double rate) {
    double[] gradient = gradient(gate, lesson);
    for (int k = 0; k <= BIAS; k++) {
      double v = Momentum.KEPT * velocity[gate][k] + gradient[k] + decay * w[gate][k];
      velocity[gate][k] = v;
      w[gate][k] -= rate * v;
    }
  }

  /** The weights of a gate in the order of {@link #MEASURES}, then its bias; to read and change. */
  double[] weights(int gate) {
    return w[gate];
  }

  /** The gates as they are now. */
  List<Gate.Linear> learned() {
    List<Gate.Linear> gates = new ArrayList<>();
    for (double[] row : w) {
      Map<Measure, Double> weights = new EnumMap<>(Measure.class);
      for (int k = 0; k < BIAS; k++) {
        weights.put(MEASURES.get(k), row[k]);
      }
      gates.add(new Gate.Linear(Collections.unmodifiableMap(weights), row[BIAS]));
    }
    return gates;
  }

  private double score(int gate, double[] measures, int example) {
    double[] row = w[gate];
    double score = row[BIAS];
    for (int k = 0; k < BIAS; k++) {
      score += row[k] * measures[example * Measures.COUNT + COLUMNS[k]];
    }
    return score;
  }

  /** ln(1 + e^x), for any x. */
  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
}
