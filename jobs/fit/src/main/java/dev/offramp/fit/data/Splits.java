package dev.offramp.fit.data;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Makes a data set of rows: numbers the labels, and makes the splits that the rows don't give, as
 * {@link Datasets} documents. One use, one thread.
 */
final class Splits {
  private final String name;
  private final Consumer<String> notes;
  private final Map<Split, List<Row>> rows = new EnumMap<>(Split.class);
  private final Map<Split, List<Example>> parts = new EnumMap<>(Split.class);
  private final List<Example> outOfScope = new ArrayList<>();
  private final List<String> labels;
  private Row first;

  private Splits(String name, List<Row> all, Consumer<String> notes) {
    this.name = name;
    this.notes = notes;
    for (Split split : Split.values()) {
      rows.put(split, new ArrayList<>());
    }
    share(all);
    noteConflicts(all);
    List<Row> train = rows.get(Split.TRAIN);
    TreeSet<String> found = new TreeSet<>();
    (train.isEmpty() ? rows.values() : List.of(train))
        .forEach(some -> some.forEach(row -> found.add(row.label())));
    labels = List.copyOf(found);
    if (!train.isEmpty() && labels.size() < 2) {
      throw new IllegalArgumentException(
          "the data %s must have two labels or more to tell apart: all rows for training have '%s'"
              .formatted(name, labels.get(0)));
    }
    number();
  }

  /**
   * Makes a data set.
   *
   * @param divideValidation a split for calibration that isn't given is two thirds of the one for
   *     validation, and not a part of the one for training
   * @param notes hears what a person should know
   * @throws IllegalArgumentException names the row that doesn't go with the others, and the rule
   */
  static Dataset of(
      String name, List<Row> rows, boolean divideValidation, long seed, Consumer<String> notes) {
    Splits splits = new Splits(name, rows, notes);
    if (!splits.parts.get(Split.TRAIN).isEmpty()) {
      splits.make(divideValidation, new Random(seed));
    }
    return new Dataset(
        name,
        splits.labels,
        splits.parts.get(Split.TRAIN),
        splits.parts.get(Split.VALIDATION),
        splits.parts.get(Split.CALIBRATION),
        splits.parts.get(Split.TEST),
        splits.outOfScope);
  }

  /** Puts each row where it says that it belongs. */
  private void share(List<Row> all) {
    int leftOut = 0;
    for (Row row : all) {
      checkLikeTheFirst(row);
      if (row.label() != null) {
        rows.get(row.split() == null ? Split.TRAIN : row.split()).add(row);
      } else if (row.split() == null || row.split() == Split.TEST) {
        outOfScope.add(row.example(Example.OUT_OF_SCOPE));
      } else {
        leftOut++;
      }
    }
    if (leftOut > 0) {
      notes.accept(
          "%s: %d out-of-scope examples outside the test split are left out: nothing is learned from them"
              .formatted(name, leftOut));
    }
  }

  /** Reports contents whose examples have different labels: no network can learn both. */
  private void noteConflicts(List<Row> all) {
    Map<ExampleContent, Row> known = new HashMap<>();
    Set<ExampleContent> conflicts = new HashSet<>();
    String first = null;
    for (Row row : all) {
      ExampleContent content = ExampleContent.of(row.example(0));
      Row before = known.putIfAbsent(content, row);
      if (before != null
          && !Objects.equals(before.label(), row.label())
          && conflicts.add(content)
          && first == null) {
        first =
            "%s (%s) and %s (%s)".formatted(before.place(), label(before), row.place(), label(row));
      }
    }
    if (!conflicts.isEmpty()) {
      notes.accept(
          "%s: %d contents have examples with different labels, the first at %s: correct the labels"
              .formatted(name, conflicts.size(), first));
    }
  }

  private static String label(Row row) {
    return row.label() == null ? "out of scope" : "'" + row.label() + "'";
  }

  private void checkLikeTheFirst(Row row) {
    first = first == null ? row : first;
    if ((row.tensor() == null) != (first.tensor() == null)) {
      throw new IllegalArgumentException(
          "%s: examples must be all texts or all tensors: %s has the other kind"
              .formatted(row.place(), first.place()));
    }
    if (row.tensor() != null && !row.tensor().shape().equals(first.tensor().shape())) {
      throw new IllegalArgumentException(
          "%s: the tensor must have the shape of the first, %s: it has %s"
              .formatted(
                  row.place(),
                  Columns.written(first.tensor().shape()),
                  Columns.written(row.tensor().shape())));
    }
  }

  private void number() {
    Map<String, Integer> numbers = new HashMap<>();
    for (String label : labels) {
      numbers.put(label, numbers.size());
    }
    for (Split split : Split.values()) {
      List<Example> examples = new ArrayList<>();
      for (Row row : rows.remove(split)) {
        Integer number = numbers.get(row.label());
        if (number == null) {
          throw new IllegalArgumentException(
              "%s: label '%s' is not among those of the rows for training"
                  .formatted(row.place(), row.label()));
        }
        examples.add(row.example(number));
      }
      parts.put(split, examples);
    }
  }

  /** Makes what isn't given. */
  private void make(boolean divideValidation, Random chance) {
    int[] counts = counts(parts.get(Split.TRAIN));
    List<Split> made = new ArrayList<>();
    if (parts.get(Split.TEST).isEmpty()) {
      takeFromTrain(chance, List.of(Split.TEST), 0.8, 0.2);
      made.add(Split.TEST);
    }
    boolean noValidation = parts.get(Split.VALIDATION).isEmpty();
    boolean noCalibration = parts.get(Split.CALIBRATION).isEmpty();
    if (noValidation && noCalibration) {
      takeFromTrain(chance, List.of(Split.VALIDATION, Split.CALIBRATION), 0.8, 0.2 / 3, 0.4 / 3);
      made.addAll(List.of(Split.VALIDATION, Split.CALIBRATION));
    } else if (noCalibration && divideValidation) {
      List<List<Example>> both =
          Stratified.split(parts.get(Split.VALIDATION), chance, 1 / 3.0, 2 / 3.0);
      parts.put(Split.VALIDATION, both.get(0));
      parts.put(Split.CALIBRATION, both.get(1));
    } else if (noValidation || noCalibration) {
      Split missing = noValidation ? Split.VALIDATION : Split.CALIBRATION;
      takeFromTrain(chance, List.of(missing), 0.9, 0.1);
      made.add(missing);
    }
    noteRareLabels(made, counts);
  }

  private void takeFromTrain(Random chance, List<Split> into, double... shares) {
    List<List<Example>> split = Stratified.trainFirst(parts.get(Split.TRAIN), chance, shares);
    parts.put(Split.TRAIN, split.get(0));
    for (int i = 0; i < into.size(); i++) {
      parts.put(into.get(i), split.get(i + 1));
    }
  }

  /**
   * Says which labels lack examples in a split that was made.
   *
   * @param counts of examples of each label before
   */
  private void noteRareLabels(List<Split> made, int[] counts) {
    boolean[] lacks = new boolean[labels.size()];
    for (Split split : made) {
      int[] here = counts(parts.get(split));
      for (int label = 0; label < lacks.length; label++) {
        lacks[label] |= here[label] == 0;
      }
    }
    List<String> rare = new ArrayList<>();
    for (int label = 0; label < lacks.length; label++) {
      if (lacks[label]) {
        rare.add("'%s' (%d)".formatted(labels.get(label), counts[label]));
      }
    }
    if (!rare.isEmpty()) {
      notes.accept(
          "%s: %d labels have too few examples to be in every split; the one for training comes first: %s"
              .formatted(
                  name,
                  rare.size(),
                  String.join(", ", rare.subList(0, Math.min(5, rare.size())))
                      + (rare.size() > 5 ? ", ..." : "")));
    }
  }

  private int[] counts(List<Example> examples) {
    int[] counts = new int[labels.size()];
    examples.forEach(example -> counts[example.label()]++);
    return counts;
  }
}
