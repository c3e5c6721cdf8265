package dev.offramp.fit.learn;

import java.util.List;

/**
 * Labelled examples that are used for one thing.
 *
 * @param features of each example at every exit
 * @param labels one for each example, in [0, classes)
 */
public record Split(Features features, int[] labels) {
  /** The same examples at some of the exits. */
  public Split at(List<Integer> exits) {
    return new Split(features.at(exits), labels);
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
          "%s examples must be at least %d: %d".formatted(name, least, labels.length));
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
