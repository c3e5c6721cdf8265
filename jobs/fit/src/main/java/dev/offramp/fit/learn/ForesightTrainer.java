package dev.offramp.fit.learn;

import dev.offramp.fit.work.Progress;
import dev.offramp.fit.work.Steps;
import dev.offramp.fit.work.Workers;
import dev.offramp.runtime.Foresight;
import dev.offramp.runtime.Measure;
import dev.offramp.runtime.Measures;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Learns what each exit can foresee of the deeper ones. The target for exit k is 1/2 [right at k] +
 * 1/2 (the last exit's probability of k's label); the second half smooths the first. Binary
 * cross-entropy, AdamW with a cosine schedule.
 *
 * <p>Three perceptrons are learned, each without a third of the examples: what they say of that
 * third is as honest as for new events, so the gates' prices and offsets can be chosen on it. The
 * mean of the three (in log-odds) serves: one perceptron of three times the hidden units.
 */
final class ForesightTrainer {
  private static final int M = Measures.COUNT;

  private final Passes passes;
  private final Recipe.Foresight recipe;
  private final long seed;

  /**
   * @param passes of examples that the heads haven't learned
   */
  ForesightTrainer(Passes passes, Recipe.Foresight recipe, long seed) {
    this.passes = passes;
    this.recipe = recipe;
    this.seed = seed;
  }

  /**
   * What was learned.
   *
   * @param exits for each exit but the last
   * @param chances for each exit but the last, what it foresees of examples that it hasn't seen
   *     [examples x exits from there on]
   */
  record Trained(List<Foresight> exits, double[][] chances) {}

  Trained train(Progress progress) {
    int gates = passes.exits() - 1;
    int n = passes.examples();
    int folds = recipe.folds();
    int[] fold = folds(n, folds);
    Foresight[][] parts = new Foresight[gates][folds];
    double[][] chances = new double[gates][];
    for (int l = 0; l < gates; l++) {
      chances[l] = new double[n * (passes.exits() - l)];
    }
    Steps steps = new Steps(progress, "learning foresight", (long) gates * folds);
    Workers.run(
        gates * folds,
        job -> {
          int l = job / folds;
          int left = job % folds;
          Net net = new Net(l, new SplittableRandom(seed + 7_919L * job));
          net.learn(select(fold, left, false));
          Foresight part = net.foresight();
          int outputs = passes.exits() - l;
          double[] measures = new double[M];
          double[] seen = new double[outputs];
          for (int i : select(fold, left, true)) {
            System.arraycopy(passes.measures()[l], i * M, measures, 0, M);
            part.of(measures, seen);
            System.arraycopy(seen, 0, chances[l], i * outputs, outputs);
          }
          parts[l][left] = part;
          steps.step();
        });
    return new Trained(Arrays.stream(parts).map(ForesightTrainer::mean).toList(), chances);
  }

  private int[] folds(int n, int folds) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] fold = new int[n];
    for (int i = 0; i < n; i++) {
      fold[i] = random.nextInt(folds);
    }
    return fold;
  }

  private static int[] select(int[] fold, int wanted, boolean inside) {
    int[] chosen = new int[fold.length];
    int n = 0;
    for (int i = 0; i < fold.length; i++) {
      if ((fold[i] == wanted) == inside) {
        chosen[n++] = i;
      }
    }
    return Arrays.copyOf(chosen, n);
  }

  /** The perceptron whose log-odds are the mean of these. */
  static Foresight mean(Foresight... parts) {
    int hidden = parts[0].b1().length;
    int outputs = parts[0].b2().length;
    int all = hidden * parts.length;
    float[] w1 = new float[M * all];
    float[] b1 = new float[all];
    float[] w2 = new float[all * outputs];
    float[] b2 = new float[outputs];
    float[] direct = new float[outputs];
    for (int p = 0; p < parts.length; p++) {
      Foresight part = parts[p];
      for (int m = 0; m < M; m++) {
        System.arraycopy(part.w1(), m * hidden, w1, m * all + p * hidden, hidden);
      }
      System.arraycopy(part.b1(), 0, b1, p * hidden, hidden);
      for (int k = 0; k < hidden * outputs; k++) {
        w2[p * hidden * outputs + k] = part.w2()[k] / parts.length;
      }
      for (int k = 0; k < outputs; k++) {
        b2[k] += part.b2()[k] / parts.length;
        direct[k] += part.direct()[k] / parts.length;
      }
    }
    return new Foresight(w1, b1, w2, b2, direct);
  }

  /** One perceptron while it is learned, on z-scored measures. */
  private final class Net {
    private static final int PARAMETERS = 5;

    private final int exit;
    private final int outputs;
    private final SplittableRandom random;
    private final int hidden = recipe.hidden();
    private final double[] mean = new double[M];
    private final double[] deviation = new double[M];

    /** w1, b1, w2, b2, direct. */
    private final float[][] values;

    private final float[][] gradients = new float[PARAMETERS][];
    private final float[] x = new float[M];
    private final float[] units;
    private final float[] byUnits;
    private final float[] out;

    Net(int exit, SplittableRandom random) {
      this.exit = exit;
      this.outputs = passes.exits() - exit;
      this.random = random;
      values =
          new float[][] {
            new float[M * hidden],
            new float[hidden],
            new float[hidden * outputs],
            new float[outputs],
            new float[outputs]
          };
      for (int i = 0; i < PARAMETERS; i++) {
        gradients[i] = new float[values[i].length];
      }
      for (int i = 0; i < values[0].length; i++) {
        values[0][i] = (float) (random.nextGaussian() / Math.sqrt(M));
      }
      units = new float[hidden];
      byUnits = new float[hidden];
      out = new float[outputs];
    }

    void learn(int[] examples) {
      scale(examples);
      AdamW[] optimisers = new AdamW[PARAMETERS];
      FloatBuffer[] into = new FloatBuffer[PARAMETERS];
      FloatBuffer[] by = new FloatBuffer[PARAMETERS];
      for (int i = 0; i < PARAMETERS; i++) {
        into[i] = FloatBuffer.wrap(values[i]);
        by[i] = FloatBuffer.wrap(gradients[i]);
        optimisers[i] = new AdamW(into[i]);
      }
      for (int step = 0; step < recipe.steps(); step++) {
        for (float[] g : gradients) {
          Arrays.fill(g, 0);
        }
        for (int k = 0; k < recipe.batch(); k++) {
          gradient(examples[random.nextInt(examples.length)]);
        }
        double rate = recipe.learningRate() * 0.5 * (1 + Math.cos(Math.PI * step / recipe.steps()));
        for (int i = 0; i < PARAMETERS; i++) {
          boolean matrix = i == 0 || i == 2;
          optimisers[i].step(by[i], into[i], rate, matrix ? recipe.weightDecay() : 0);
        }
      }
    }

    private void scale(int[] examples) {
      double[] all = passes.measures()[exit];
      for (int m = 0; m < M; m++) {
        double sum = 0;
        for (int i : examples) {
          sum += all[i * M + m];
        }
        mean[m] = sum / examples.length;
        double squares = 0;
        for (int i : examples) {
          double d = all[i * M + m] - mean[m];
          squares += d * d;
        }
        double d = Math.sqrt(squares / examples.length);
        // A measure that never changes says nothing.
        deviation[m] = d > 1e-9 ? d : Double.POSITIVE_INFINITY;
      }
    }

    /** Adds one example's gradient of the mean cross-entropy over a batch. */
    private void gradient(int i) {
      float logit = forward(i);
      int n = recipe.batch();
      for (int k = 0; k < outputs; k++) {
        double right = passes.correct()[exit + k][i] ? 0.5 : 0;
        double target = right + 0.5 * passes.foreseen()[exit + k][i];
        out[k] = (float) ((1 / (1 + Math.exp(-out[k])) - target) / n);
        gradients[3][k] += out[k];
        gradients[4][k] += out[k] * logit;
      }
      for (int j = 0; j < hidden; j++) {
        float sum = 0;
        if (units[j] > 0) {
          for (int k = 0; k < outputs; k++) {
            sum += out[k] * values[2][j * outputs + k];
            gradients[2][j * outputs + k] += out[k] * units[j];
          }
        }
        byUnits[j] = sum;
      }
      for (int m = 0; m < M; m++) {
        add(x[m], byUnits, gradients[0], m * hidden);
      }
      add(1, byUnits, gradients[1], 0);
    }

    /** Log-odds of one example; returns its logit. */
    private float forward(int i) {
      double[] all = passes.measures()[exit];
      for (int m = 0; m < M; m++) {
        x[m] = (float) ((all[i * M + m] - mean[m]) / deviation[m]);
      }
      System.arraycopy(values[1], 0, units, 0, hidden);
      for (int m = 0; m < M; m++) {
        add(x[m], values[0], m * hidden, units);
      }
      float logit = (float) all[i * M + Measure.LOGIT.index()];
      for (int k = 0; k < outputs; k++) {
        out[k] = values[3][k] + values[4][k] * logit;
      }
      for (int j = 0; j < hidden; j++) {
        if (units[j] > 0) {
          for (int k = 0; k < outputs; k++) {
            out[k] += units[j] * values[2][j * outputs + k];
          }
        }
      }
      return logit;
    }

    /** The same for measures as they are. */
    Foresight foresight() {
      float[] w1 = new float[values[0].length];
      float[] b1 = values[1].clone();
      for (int m = 0; m < M; m++) {
        for (int j = 0; j < hidden; j++) {
          double w = values[0][m * hidden + j] / deviation[m];
          w1[m * hidden + j] = (float) w;
          b1[j] -= (float) (w * mean[m]);
        }
      }
      return new Foresight(w1, b1, values[2].clone(), values[3].clone(), values[4].clone());
    }
  }

  // Loops over the hidden units in methods of their own, which the compiler makes vectors of.

  private static void add(float by, float[] from, float[] into, int at) {
    for (int j = 0; j < from.length; j++) {
      into[at + j] += by * from[j];
    }
  }

  private static void add(float by, float[] from, int at, float[] into) {
    for (int j = 0; j < into.length; j++) {
      into[j] += by * from[at + j];
    }
  }
}
