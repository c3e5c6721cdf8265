package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class AdamWTest {
  @Test
  void firstStepIsTheRateAgainstTheGradientsSignAfterTheDecay() {
    FloatBuffer w = FloatBuffer.wrap(new float[] {1, 1, -2});
    AdamW adam = new AdamW(w);
    adam.step(FloatBuffer.wrap(new float[] {3, -0.001f, 0}), w, 0.1, 0.5);
    assertThat(w.get(0)).isCloseTo(0.95f - 0.1f, within(1e-5f));
    assertThat(w.get(1)).isCloseTo(0.95f + 0.1f, within(1e-4f));
    assertThat(w.get(2)).isCloseTo(-1.9f, within(1e-6f));
  }

  @Test
  void followsTheFormulasOverManySteps() {
    float[] start = {0.3f, -1.2f};
    FloatBuffer w = FloatBuffer.wrap(start.clone());
    AdamW adam = new AdamW(w);
    double[] expected = {start[0], start[1]};
    double[] m = new double[2];
    double[] v = new double[2];
    for (int t = 1; t <= 50; t++) {
      double rate = 0.01 / t;
      float[] g = {(float) Math.sin(t), (float) (0.1 * Math.cos(3 * t))};
      adam.step(FloatBuffer.wrap(g), w, rate, 0.2);
      for (int k = 0; k < 2; k++) {
        m[k] = 0.9 * m[k] + 0.1 * g[k];
        v[k] = 0.999 * v[k] + 0.001 * g[k] * g[k];
        double mean = m[k] / (1 - Math.pow(0.9, t));
        double square = v[k] / (1 - Math.pow(0.999, t));
        expected[k] *= 1 - rate * 0.2;
        expected[k] -= rate * mean / (Math.sqrt(square) + 1e-8);
      }
    }
    assertThat((double) w.get(0)).isCloseTo(expected[0], within(1e-5));
    assertThat((double) w.get(1)).isCloseTo(expected[1], within(1e-5));
  }
}
