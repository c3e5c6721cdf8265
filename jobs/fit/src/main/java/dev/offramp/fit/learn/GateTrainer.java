package dev.offramp.fit.learn;

import dev.offramp.runtime.Gate;
import dev.offramp.runtime.Measure;
import dev.offramp.runtime.Measures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Learns the gates of all exits for one price of cost, jointly, from the last exit backward.
 *
 * <p>To leave at exit l is worth C_l = 1/2 [wrong] + 1/2 (1 - p_L(label)) + lambda cost_l, less
 * being better; the second half smooths the first. To go on is worth V_{l+1}: C where the later
 * gates let the example leave. So the gate at l has a classification to learn, towards leaving
 * where C_l - V_{l+1} is below 0, each example weighing by how much is at stake. It starts from,
 * and is pulled towards, one threshold on the log-odds of the largest probability, the best for
 * this price. The paper's labels ("the best exit is here or earlier", arXiv 2310.09163, section 4)
 * made gates too eager in our measurements.
 */
final class GateTrainer {
  private static final int TRIES = 64;
  private static final int LOGIT = Measure.LOGIT.index();
  private static final int M = Measures.COUNT;

  private final Passes passes;
  private final double[] costs;
  private final Recipe.Gates recipe;
  private final long seed;
  private final double[][] mean;
  private final double[][] deviation;

  /** Measures, z-scored, for each gate [examples x measures]. */
  private final double[][] z;

  private final double[] thresholds;
  private final double[] thresholdError;
  private final double[] thresholdCost;

  /**
   * @param passes of examples that the heads haven't learned
   * @param costs of leaving at each exit, in [0, 1]
   */
  GateTrainer(Passes passes, double[] costs, Recipe.Gates recipe, long seed) {
    this.passes = passes;
    this.costs = costs.clone();
    this.recipe = recipe;
    this.seed = seed;
    int gates = passes.exits() - 1;
    mean = new double[gates][M];
    deviation = new double[gates][M];
    z = new double[gates][];
    for (int l = 0; l < gates; l++) {
      z[l] = passes.measures()[l].clone();
      scale(z[l], mean[l], deviation[l]);
    }
    thresholds = Sweep.quantiles(logits(), TRIES);
    thresholdError = new double[thresholds.length];
    thresholdCost = new double[thresholds.length];
    for (int k = 0; k < thresholds.length; k++) {
      tryThreshold(k);
    }
  }

  /** The gates of exits 0 to L - 2 for one price. */
  List<Gate.Linear> learn(double lambda) {
    int gates = passes.exits() - 1;
    int n = passes.examples();
    SplittableRandom random = new SplittableRandom(seed);
    double tau = bestThreshold(lambda);
    double[] later = new double[n];
    for (int i = 0; i < n; i++) {
      later[i] = worth(gates, i, lambda);
    }
    List<Gate.Linear> learned = new ArrayList<>(Collections.nCopies(gates, null));
    double[] advantage = new double[n];
    for (int l = gates - 1; l >= 0; l--) {
      for (int i = 0; i < n; i++) {
        advantage[i] = worth(l, i, lambda) - later[i];
      }
      double[] w = descend(l, advantage, tau, random.split());
      for (int i = 0; i < n; i++) {
        if (score(l, i, w) >= 0) {
          later[i] = worth(l, i, lambda);
        }
      }
      learned.set(l, unscaled(l, w));
    }
    return learned;
  }

  /** Weights on z-scored measures, then the bias. */
  private double[] descend(int l, double[] advantage, double tau, SplittableRandom random) {
    double[] start = new double[M + 1];
    start[LOGIT] = 2 * deviation[l][LOGIT];
    start[M] = 2 * (mean[l][LOGIT] - tau);
    double stake = 0;
    for (double a : advantage) {
      stake += Math.abs(a);
    }
    stake /= advantage.length;
    if (stake == 0) {
      return start;
    }
    double[] w = start.clone();
    double[] m = new double[M + 1];
    double[] v = new double[M + 1];
    double[] g = new double[M + 1];
    int batch = Math.min(recipe.batch(), advantage.length);
    for (int step = 1; step <= recipe.steps(); step++) {
      Arrays.fill(g, 0);
      for (int k = 0; k < batch; k++) {
        gradient(l, random.nextInt(advantage.length), advantage, w, g);
      }
      for (int k = 0; k <= M; k++) {
        double slope = g[k] / (batch * stake);
        if (k < M) {
          slope += 2 * recipe.pull() * (w[k] - start[k]);
        }
        m[k] = 0.9 * m[k] + 0.1 * slope;
        v[k] = 0.999 * v[k] + 0.001 * slope * slope;
        double root = Math.sqrt(v[k] / (1 - Math.pow(0.999, step)));
        w[k] -= recipe.learningRate() * m[k] / (1 - Math.pow(0.9, step)) / (root + 1e-8);
      }
    }
    return w;
  }

  /** Adds the gradient of |advantage| x binary cross-entropy. */
  private void gradient(int l, int i, double[] advantage, double[] w, double[] into) {
    double target = advantage[i] < 0 ? 1 : 0;
    double by = Math.abs(advantage[i]) * (1 / (1 + Math.exp(-score(l, i, w))) - target);
    double[] x = z[l];
    int at = i * M;
    for (int k = 0; k < M; k++) {
      into[k] += by * x[at + k];
    }
    into[M] += by;
  }

  private double score(int l, int i, double[] w) {
    double[] x = z[l];
    int at = i * M;
    double score = w[M];
    for (int k = 0; k < M; k++) {
      score += w[k] * x[at + k];
    }
    return score;
  }

  /** The same gate for measures as they are. */
  private Gate.Linear unscaled(int l, double[] w) {
    Map<Measure, Double> weights = new EnumMap<>(Measure.class);
    double bias = w[M];
    for (Measure measure : Measure.values()) {
      int k = measure.index();
      if (w[k] != 0) {
        weights.put(measure, w[k] / deviation[l][k]);
        bias -= w[k] * mean[l][k] / deviation[l][k];
      }
    }
    return new Gate.Linear(Collections.unmodifiableMap(weights), bias);
  }

  private double error(int l, int i) {
    return 0.5 * (passes.correct()[l][i] ? 0 : 1) + 0.5 * (1 - passes.foreseen()[l][i]);
  }

  private double worth(int l, int i, double lambda) {
    return error(l, i) + lambda * costs[l];
  }

  private double bestThreshold(double lambda) {
    int best = 0;
    for (int k = 1; k < thresholds.length; k++) {
      if (thresholdError[k] + lambda * thresholdCost[k]
          < thresholdError[best] + lambda * thresholdCost[best]) {
        best = k;
      }
    }
    return thresholds.length == 0 ? 0 : thresholds[best];
  }

  private void tryThreshold(int k) {
    int gates = passes.exits() - 1;
    int n = passes.examples();
    for (int i = 0; i < n; i++) {
      int l = 0;
      while (l < gates && passes.measures()[l][i * M + LOGIT] < thresholds[k]) {
        l++;
      }
      thresholdError[k] += error(l, i) / n;
      thresholdCost[k] += costs[l] / n;
    }
  }

  private double[][] logits() {
    double[][] logits = new double[passes.exits() - 1][passes.examples()];
    for (int l = 0; l < logits.length; l++) {
      for (int i = 0; i < logits[l].length; i++) {
        logits[l][i] = passes.measures()[l][i * M + LOGIT];
      }
    }
    return logits;
  }

  private static void scale(double[] x, double[] mean, double[] deviation) {
    int n = x.length / M;
    for (int k = 0; k < M; k++) {
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += x[i * M + k];
      }
      mean[k] = sum / n;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        x[i * M + k] -= mean[k];
        squares += x[i * M + k] * x[i * M + k];
      }
      double d = Math.sqrt(squares / n);
      deviation[k] = d > 1e-9 ? d : 1;
      for (int i = 0; i < n; i++) {
        x[i * M + k] /= deviation[k];
      }
    }
  }
}
