package dev.offramp.fit;

import dev.offramp.fit.data.Backbone;
import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Example;
import dev.offramp.fit.graph.FeatureStore;
import dev.offramp.fit.graph.NetworkInputs;
import dev.offramp.fit.graph.Stages;
import dev.offramp.fit.graph.TextRules;
import dev.offramp.fit.learn.Features;
import dev.offramp.fit.learn.Split;
import java.util.ArrayList;
import java.util.List;

/** What comes before learning, for a fit and for a comparison alike. Stateless; any thread. */
final class Preparation {
  private Preparation() {}

  /**
   * Checks that a network can learn from a data set.
   *
   * @throws IllegalArgumentException says what is wrong with it
   */
  static void check(Dataset data, NetworkInputs inputs, Backbone backbone) {
    if (data.train().isEmpty()) {
      throw new IllegalArgumentException(
          "the data %s has no examples for training: add a file train, or rows with the split train"
              .formatted(data.name()));
    }
    checkNotEmpty(data, "validation", data.validation());
    checkNotEmpty(data, "calibration", data.calibration());
    inputs.check(backbone.name(), data);
  }

  /**
   * Checks that there is something to judge on.
   *
   * @throws IllegalArgumentException if there isn't
   */
  static void checkTest(Dataset data) {
    checkNotEmpty(data, "testing", data.test());
  }

  private static void checkNotEmpty(Dataset data, String split, List<Example> examples) {
    if (examples.isEmpty()) {
      throw new IllegalArgumentException(
          "the data %s has no examples for %s: %d examples for training are too few to take some from; add examples, or give a split for %s"
              .formatted(data.name(), split, data.train().size(), split));
    }
  }

  /** Features and labels of each part, from one list of features of all of them. */
  static List<Split> splits(
      FeatureStore store,
      Backbone backbone,
      Stages stages,
      TextRules rules,
      List<List<Example>> parts) {
    List<Example> examples = parts.stream().flatMap(List::stream).toList();
    Features all = store.of(backbone, stages.exits(), stages::features, rules, examples);
    List<Split> splits = new ArrayList<>();
    int from = 0;
    for (List<Example> part : parts) {
      int[] labels = part.stream().mapToInt(Example::label).toArray();
      splits.add(new Split(all.part(from, labels.length), labels, Dataset.firstCopies(part)));
      from += labels.length;
    }
    return splits;
  }
}
