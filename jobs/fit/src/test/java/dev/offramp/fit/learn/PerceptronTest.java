package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

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
  private Perceptron filled() {
    Perceptron net = new Perceptron(ROWS, COLUMNS, HIDDEN, CLASSES);
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

  @Test
  void gradientIsThatOfFiniteDifferences() {
    try (Perceptron net = filled()) {
      double[][] parameters = new double[4][];
      float[][] gradients = new float[4][];
      for (int p = 0; p < 4; p++) {
        parameters[p] = new double[net.values[p].capacity()];
        for (int k = 0; k < parameters[p].length; k++) {
          parameters[p][k] = net.values[p].get(k);
        }
      }
      net.backward(
          (p, gradient, value) -> {
            gradients[p] = new float[gradient.capacity()];
            gradient.get(0, gradients[p]);
          });
      double step = 1e-6;
      double largest = 0;
      for (int p = 0; p < 4; p++) {
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

  @Test
  void lossIsTheWeightedCrossEntropy() {
    try (Perceptron net = filled()) {
      double[][] parameters = new double[4][];
      for (int p = 0; p < 4; p++) {
        parameters[p] = new double[net.values[p].capacity()];
        for (int k = 0; k < parameters[p].length; k++) {
          parameters[p][k] = net.values[p].get(k);
        }
      }
      assertThat(net.loss()).isCloseTo(loss(parameters), within(1e-5));
    }
  }

  /** The same in double precision and plain loops. */
  private double loss(double[][] p) {
    double loss = 0;
    for (int i = 0; i < ROWS; i++) {
      double[] logits = p[3].clone();
      for (int h = 0; h < HIDDEN; h++) {
        double unit = p[1][h];
        for (int c = 0; c < COLUMNS; c++) {
          unit += x[i][c] * p[0][c * HIDDEN + h];
        }
        for (int k = 0; k < CLASSES; k++) {
          logits[k] += Math.max(0, unit) * p[2][h * CLASSES + k];
        }
      }
      double sum = 0;
      for (double z : logits) {
        sum += Math.exp(z);
      }
      loss += weights[i] * (Math.log(sum) - logits[labels[i]]);
    }
    return loss;
  }
}
