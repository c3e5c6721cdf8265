package dev.offramp.fit.learn;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Labelled examples that are used for one thing.
 *
 * @param features of each example at every exit
 * @param labels one for each example, in [0, classes)
 * @param firstCopies for each example, the index of the first one with the same content; its own if
 *     no earlier example is a copy
 */
public record Split(Features features, int[] labels, int[] firstCopies) {
  /** Examples with different contents. */
  public Split(Features features, int[] labels) {
    this(features, labels, Order.of(labels.length));
  }

  /** The same examples at some of the exits. */
  public Split at(List<Integer> exits) {
    return new Split(features.at(exits), labels, firstCopies);
  }

  /**
   * One example of each content; this split if it has no copies. Copies repeat what one example
   * shows: judged or calibrated on them, a handful of examples would pass for hundreds.
   */
  Split distinct() {
    int[] rows = distinctRows();
    return rows.length == labels.length
        ? this
        : new Split(features.picked(rows), Arrays.stream(rows).map(row -> labels[row]).toArray());
  }

  /** The examples that are no copies of earlier ones, ascending. */
  int[] distinctRows() {
    return IntStream.range(0, firstCopies.length).filter(i -> firstCopies[i] == i).toArray();
  }

  /** Checks that features and labels fit together, and that there are enough. */
  void check(String name, int exits, int classes, int least) {
    if (features.examples() != labels.length || features.exits() != exits) {
      throw new IllegalArgumentException(
          "%s examples must have a label each and %d exits: %d examples, %d labels, %d exits"
              .formatted(name, exits, features.examples(), labels.length, features.exits()));
    }
    if (labels.length < least) {
      throw new IllegalArgumentException(
          "%s examples must be at least %d, and there are %d: add labelled examples"
              .formatted(name, least, labels.length));
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new IllegalArgumentException(
            "labels of %s examples must be in [0, %d): %d at example %d"
                .formatted(name, classes, labels[i], i));
      }
    }
  }
}
