package dev.offramp.fit.learn;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Pooled hidden states of a list of examples at every exit, before z-scoring. Read-only; any
 * thread.
 */
public interface Features {
  /** How many examples. */
  int examples();

  /** How many exits. */
  int exits();

  /** Columns of the features at an exit. */
  int width(int exit);

  /** Whether all exits have as many columns. */
  default boolean isOneWidth() {
    return IntStream.range(1, exits()).allMatch(exit -> width(exit) == width(0));
  }

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
    if (from < 0 || count < 0 || from + count > examples()) {
      throw new IllegalArgumentException(
          "examples %d to before %d of %d".formatted(from, from + count, examples()));
    }
    return picked(IntStream.range(from, from + count).toArray());
  }

  /**
   * These examples, each as often and where it is wanted, without copying.
   *
   * @param rows which of them each example is
   */
  default Features picked(int[] rows) {
    return new PickedFeatures(this, rows);
  }

  /**
   * The same examples at some of the exits, without copying.
   *
   * @param exits ascending
   */
  default Features at(List<Integer> exits) {
    return new FeaturesAtExits(this, exits);
  }
}
