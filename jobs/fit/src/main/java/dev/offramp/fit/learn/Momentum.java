package dev.offramp.fit.learn;

import java.nio.FloatBuffer;

/**
 * Gradient descent with momentum and weight decay in the gradient, as the paper's recipe has it: v
 * = 0.9 v + gradient + decay w, then w moves by - rate v. Owned by one thread at a time.
 */
final class Momentum {
  /** What is kept of the last step. */
  static final double KEPT = 0.9;

  private final float[] value;
  private final float[] gradient;
  private final float[] velocity;

  Momentum(FloatBuffer start) {
    value = new float[start.capacity()];
    start.get(0, value);
    gradient = new float[value.length];
    velocity = new float[value.length];
  }

  /** Moves the weights by one gradient and writes them to {@code into}. */
  void step(FloatBuffer by, FloatBuffer into, double rate, double decay) {
    by.get(0, gradient);
    step((float) rate, (float) decay);
    into.put(0, value);
  }

  /** A method of its own, over arrays and locals only, so that the compiler makes vectors of it. */
  private void step(float rate, float decay) {
    float kept = (float) KEPT;
    float[] w = value;
    float[] g = gradient;
    float[] v = velocity;
    for (int i = 0; i < w.length; i++) {
      v[i] = kept * v[i] + g[i] + decay * w[i];
      w[i] -= rate * v[i];
    }
  }
}
