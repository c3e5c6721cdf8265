package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PerceptronTest {
  private static final int ROWS = 5;
  private static final int COLUMNS = 7;
  private static final int HIDDEN = 6;
  private static final int CLASSES = 4;

  private final SplittableRandom random = new SplittableRandom(11);
  private final double[][] x = new double[ROWS][COLUMNS];
  private final int[] labels = new int[ROWS];
  private final double[] weights = new double[ROWS];

  /** The last row is padding: it weighs nothing. */
  private Perceptron filled(int hidden) {
    Perceptron net = new Perceptron(ROWS, COLUMNS, hidden, CLASSES);
    net.initialise(random);
    for (int i = 0; i < ROWS; i++) {
      labels[i] = random.nextInt(CLASSES);
      weights[i] = i == ROWS - 1 ? 0 : 0.1 + random.nextDouble();
      net.weights.put(i, (float) weights[i]);
      for (int c = 0; c < COLUMNS; c++) {
        x[i][c] = (float) random.nextGaussian();
        net.inputs.put(i * COLUMNS + c, (float) x[i][c]);
      }
      net.targets.put(i * CLASSES + labels[i], 1);
    }
    return net;
  }

  @ParameterizedTest
  @ValueSource(ints = {HIDDEN, 0})
  void gradientIsThatOfFiniteDifferences(int hidden) {
    try (Perceptron net = filled(hidden)) {
      double[][] parameters = parameters(net);
      float[][] gradients = new float[parameters.length][];
      net.backward(
          (p, gradient, value) -> {
            gradients[p] = new float[gradient.capacity()];
            gradient.get(0, gradients[p]);
          });
      double step = 1e-6;
      double largest = 0;
      for (int p = 0; p < parameters.length; p++) {
        for (int k = 0; k < parameters[p].length; k++) {
          double at = parameters[p][k];
          parameters[p][k] = at + step;
          double up = loss(parameters);
          parameters[p][k] = at - step;
          double down = loss(parameters);
          parameters[p][k] = at;
          double slope = (up - down) / (2 * step);
          assertThat((double) gradients[p][k]).isCloseTo(slope, within(2e-5));
          largest = Math.max(largest, Math.abs(slope));
        }
      }
      assertThat(largest).isGreaterThan(0.1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {HIDDEN, 0})
  void lossIsTheWeightedCrossEntropy(int hidden) {
    try (Perceptron net = filled(hidden)) {
      assertThat(net.loss()).isCloseTo(loss(parameters(net)), within(1e-5));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {HIDDEN, 0})
  void headThatIsLoadedSaysTheSame(int hidden) {
    try (Perceptron net = filled(hidden);
        Perceptron other = filled(hidden)) {
      Head head = net.head(new float[COLUMNS], new float[COLUMNS]);
      assertThat(head.linear()).isEqualTo(hidden == 0);
      assertThat(other.head(head.mean(), head.deviation()).w2()).isNotEqualTo(head.w2());
      other.load(head);
      Head again = other.head(head.mean(), head.deviation());
      assertThat(again).usingRecursiveComparison().isEqualTo(head);
    }
  }

  private static double[][] parameters(Perceptron net) {
    double[][] parameters = new double[net.values.length][];
    for (int p = 0; p < parameters.length; p++) {
      parameters[p] = new double[net.values[p].capacity()];
      for (int k = 0; k < parameters[p].length; k++) {
        parameters[p][k] = net.values[p].get(k);
      }
    }
    return parameters;
  }

  /** The same in double precision and plain loops. */
  private double loss(double[][] p) {
    double loss = 0;
    for (int i = 0; i < ROWS; i++) {
      double[] last = x[i];
      if (p.length == 4) {
        last = product(last, p[0], p[1]);
        for (int h = 0; h < HIDDEN; h++) {
          last[h] = Math.max(0, last[h]);
        }
      }
      double[] logits = product(last, p[p.length - 2], p[p.length - 1]);
      double sum = 0;
      for (double z : logits) {
        sum += Math.exp(z);
      }
      loss += weights[i] * (Math.log(sum) - logits[labels[i]]);
    }
    return loss;
  }

  private static double[] product(double[] x, double[] weights, double[] bias) {
    double[] y = bias.clone();
    for (int k = 0; k < y.length; k++) {
      for (int c = 0; c < x.length; c++) {
        y[k] += x[c] * weights[c * y.length + k];
      }
    }
    return y;
  }
}
