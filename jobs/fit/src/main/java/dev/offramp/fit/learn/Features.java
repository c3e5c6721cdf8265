package dev.offramp.fit.learn;

import java.nio.FloatBuffer;

/**
 * Pooled hidden states of a list of examples at every exit, before z-scoring. Read-only; any
 * thread.
 */
public interface Features {
  /** How many examples. */
  int examples();

  /** How many exits. */
  int exits();

  /** Columns of one exit's features, the same at each exit. */
  int width();

  /**
   * Copies the features of one example at one exit.
   *
   * @param into receives {@link #width} floats at its position, which moves on
   */
  void copy(int example, int exit, FloatBuffer into);

  /**
   * Some of these examples, without copying.
   *
   * @param from the first
   * @param count how many
   */
  default Features part(int from, int count) {
    return new FeaturesPart(this, from, count);
  }
}
