package dev.offramp.fit.learn;

import java.nio.FloatBuffer;

/**
 * Others' features, each example as often and where it is wanted.
 *
 * @param all the others
 * @param rows which of them each example has
 */
record PickedFeatures(Features all, int[] rows) implements Features {
  @Override
  public int examples() {
    return rows.length;
  }

  @Override
  public int exits() {
    return all.exits();
  }

  @Override
  public int width(int exit) {
    return all.width(exit);
  }

  @Override
  public void copy(int example, int exit, FloatBuffer into) {
    all.copy(rows[example], exit, into);
  }
}
