package dev.offramp.fit.learn;

import java.nio.FloatBuffer;

/**
 * Consecutive examples of others' features.
 *
 * @param all the others
 * @param from the first
 * @param examples how many
 */
record FeaturesPart(Features all, int from, int examples) implements Features {
  FeaturesPart {
    if (from < 0 || examples < 0 || from + examples > all.examples()) {
      throw new IllegalArgumentException(
          "examples %d to before %d of %d".formatted(from, from + examples, all.examples()));
    }
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
    if (example < 0 || example >= examples) {
      throw new IndexOutOfBoundsException("example " + example + " of " + examples);
    }
    all.copy(from + example, exit, into);
  }
}
