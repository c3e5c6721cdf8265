package dev.offramp.runtime;

import java.util.Arrays;

/**
 * The labels of one event by falling probability, equal ones in their order, and the probability
 * mass above each. Sorts n labels in n log n without allocating. One thread.
 */
public final class Ranking {
  private final long[] keys;
  private final double[] above;

  /** A ranking of so many labels. */
  public Ranking(int classes) {
    keys = new long[classes];
    above = new double[classes];
  }

  /**
   * Ranks an event's labels.
   *
   * @param p probabilities [classes], none negative or NaN
   */
  public void rank(float[] p) {
    for (int c = 0; c < keys.length; c++) {
      // The bits of floats that aren't negative are in the order of the floats.
      keys[c] = (long) (Integer.MAX_VALUE - Float.floatToIntBits(p[c])) << Integer.SIZE | c;
    }
    Arrays.sort(keys);
    double mass = 0;
    for (int r = 0; r < keys.length; r++) {
      above[r] = mass;
      mass += p[label(r)];
    }
  }

  /** The label at a rank, from 0. */
  public int label(int rank) {
    return (int) keys[rank];
  }

  /** The sum of the probabilities of all labels before a rank, from 0. */
  public double above(int rank) {
    return above[rank];
  }
}
