package dev.offramp.fit.learn;

import java.nio.FloatBuffer;

/**
 * Adam with weight decay decoupled from the gradient (Loshchilov and Hutter, arXiv 1711.05101): w
 * shrinks by rate x decay, then moves by rate x m / (sqrt(v) + 1e-8), where m and v are the running
 * means of gradient and squared gradient without their bias. One pass over arrays that fit the
 * second-level cache. Owned by one thread.
 */
final class AdamW {
  private static final float FIRST = 0.9f;
  private static final float SECOND = 0.999f;
  private static final float TINY = 1e-8f;

  private final float[] value;
  private final float[] gradient;
  private final float[] m;
  private final float[] v;
  private int steps;

  AdamW(FloatBuffer start) {
    value = new float[start.capacity()];
    start.get(0, value);
    gradient = new float[value.length];
    m = new float[value.length];
    v = new float[value.length];
  }

  /** Moves the weights by one gradient and writes them to {@code into}. */
  void step(FloatBuffer by, FloatBuffer into, double rate, double decay) {
    steps++;
    by.get(0, gradient);
    double root = Math.sqrt(1 - Math.pow(SECOND, steps));
    step(
        (float) (1 - rate * decay),
        (float) (rate * root / (1 - Math.pow(FIRST, steps))),
        (float) (TINY * root));
    into.put(0, value);
  }

  /** A method of its own, over arrays and locals only, so that the compiler makes vectors of it. */
  private void step(float keep, float rate, float tiny) {
    float[] w = value;
    float[] g = gradient;
    float[] first = m;
    float[] second = v;
    for (int i = 0; i < w.length; i++) {
      first[i] = FIRST * first[i] + (1 - FIRST) * g[i];
      second[i] = SECOND * second[i] + (1 - SECOND) * g[i] * g[i];
      w[i] = keep * w[i] - rate * first[i] / ((float) Math.sqrt(second[i]) + tiny);
    }
  }
}
