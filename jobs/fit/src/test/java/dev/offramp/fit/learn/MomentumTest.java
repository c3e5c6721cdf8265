package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class MomentumTest {
  @Test
  void stepsAreThoseOfTheFormula() {
    FloatBuffer w = FloatBuffer.wrap(new float[] {1, -2});
    Momentum momentum = new Momentum(w);
    momentum.step(FloatBuffer.wrap(new float[] {0.5f, 0}), w, 0.1, 0.1);
    // v = .5 + .1 x 1 and 0 + .1 x -2
    assertThat(w.array()).containsExactly(new float[] {0.94f, -1.98f}, within(1e-6f));
    momentum.step(FloatBuffer.wrap(new float[] {0, 1}), w, 0.2, 0.1);
    // v = .9 x .6 + .094 and .9 x -.2 + 1 - .198
    assertThat(w.array())
        .containsExactly(new float[] {0.94f - 0.1268f, -1.98f - 0.1244f}, within(1e-6f));
  }
}
