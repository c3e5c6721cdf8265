package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.fit.learn.PaperGates.Lesson;
import dev.offramp.runtime.Gate;
import dev.offramp.runtime.Measures;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PaperGatesTest {
  private static final int N = 40;

  private final SplittableRandom random = new SplittableRandom(5);
  private final PaperGates gates = new PaperGates(3, 0);

  /** Measures of three classes' probabilities. */
  private static double[] measures(float... p) {
    double[] measures = new double[Measures.COUNT];
    Measures.of(0, p, p, 0, measures);
    return measures;
  }

  private Lesson lesson() {
    double[] all = new double[N * Measures.COUNT];
    int[] best = new int[N];
    for (int i = 0; i < N; i++) {
      float first = 0.34f + 0.65f * (float) random.nextDouble();
      float second = (1 - first) * (float) (0.5 + 0.5 * random.nextDouble());
      System.arraycopy(
          measures(first, second, 1 - first - second), 0, all, i * Measures.COUNT, Measures.COUNT);
      best[i] = random.nextInt(4);
    }
    int[] order = Order.of(N);
    Order.shuffle(order, random);
    return new Lesson(all, best, order, 3, N - 2, 2.5);
  }

  @Test
  void valueIsTheLogisticOfTheFourMeasures() {
    // max p .5, entropy 1.5 ln 2, margin .25; p^2 / sum is 2/3, 1/6, 1/6.
    double[] m = measures(0.5f, 0.25f, 0.25f);
    double sharpened = 2 / 3.0 * Math.log(1.5) + 1 / 3.0 * Math.log(6);
    System.arraycopy(new double[] {1, -2, 3, 0.5, -0.25}, 0, gates.weights(1), 0, 5);
    double score = 0.5 - 2 * 1.5 * Math.log(2) + 3 * 0.25 + 0.5 * sharpened - 0.25;
    double g = 1 / (1 + Math.exp(-score));
    assertThat(gates.probability(1, m, 0)).isCloseTo(g, within(1e-9));
    Gate served = gates.learned().get(1);
    assertThat(served.probability(m, null)).isCloseTo(g, within(1e-9));
    assertThat(gates.probability(0, m, 0)).isEqualTo(0.5);
  }

  @Test
  void lossIsTheWeightedBinaryCrossEntropy() {
    // Two examples of value .5 at gate 1: one best before it, one after.
    double[] m = new double[2 * Measures.COUNT];
    Lesson both = new Lesson(m, new int[] {0, 2}, new int[] {0, 1}, 0, 2, 3);
    assertThat(gates.loss(1, both)).isCloseTo((3 + 1) * Math.log(2) / 2, within(1e-12));
    gates.weights(1)[4] = Math.log(3);
    // g = 3/4
    assertThat(gates.loss(1, both))
        .isCloseTo((3 * Math.log(4 / 3.0) + Math.log(4)) / 2, within(1e-12));
  }

  @Test
  void gradientIsThatOfFiniteDifferences() {
    Lesson lesson = lesson();
    double step = 1e-6;
    for (int gate = 0; gate < 3; gate++) {
      double[] w = gates.weights(gate);
      for (int k = 0; k < w.length; k++) {
        w[k] = 2 * random.nextDouble() - 1;
      }
      double[] gradient = gates.gradient(gate, lesson);
      for (int k = 0; k < w.length; k++) {
        double at = w[k];
        w[k] = at + step;
        double up = gates.loss(gate, lesson);
        w[k] = at - step;
        double down = gates.loss(gate, lesson);
        w[k] = at;
        assertThat(gradient[k]).isCloseTo((up - down) / (2 * step), within(1e-7));
        assertThat(Math.abs(gradient[k])).isGreaterThan(1e-4);
      }
    }
  }

  @Test
  void stepGoesDownTheGradientWithMomentumAndDecay() {
    PaperGates decaying = new PaperGates(1, 0.1);
    double[] m = new double[Measures.COUNT];
    Lesson open = new Lesson(m, new int[] {0}, new int[] {0}, 0, 1, 1);
    decaying.step(0, open, 0.2);
    // The gradient of the bias is g - 1 = -.5.
    assertThat(decaying.weights(0)[4]).isCloseTo(0.1, within(1e-12));
    double g = 1 / (1 + Math.exp(-0.1));
    decaying.step(0, open, 0.2);
    assertThat(decaying.weights(0)[4])
        .isCloseTo(0.1 - 0.2 * (0.9 * -0.5 + g - 1 + 0.1 * 0.1), within(1e-12));
  }

  @Test
  void stepsLowerTheLoss() {
    Lesson lesson = lesson();
    double before = gates.loss(1, lesson);
    for (int k = 0; k < 50; k++) {
      gates.step(1, lesson, 0.05);
    }
    assertThat(gates.loss(1, lesson)).isLessThan(before - 0.01);
  }
}
