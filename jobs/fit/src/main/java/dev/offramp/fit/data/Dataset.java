package dev.offramp.fit.data;

import java.util.List;

/**
 * Labelled examples, split for learning and judging. No example is in two splits; examples with the
 * same content can be, where splits are given.
 *
 * @param name as a person calls it
 * @param labels the classes
 * @param train heads and gates are learned on these
 * @param validation temperatures, and which gates and points are kept, are chosen on these
 * @param calibration probabilities and prediction sets of each point are calibrated on these
 * @param test nothing is learned, chosen or calibrated on these
 * @param outOfScope test examples that no label fits; may be empty
 */
public record Dataset(
    String name,
    List<String> labels,
    List<Example> train,
    List<Example> validation,
    List<Example> calibration,
    List<Example> test,
    List<Example> outOfScope) {

  /**
   * SHA-256 of all that a bundle is learned from: the labels, and the examples for training,
   * validation and calibration with their labels, in order. 64 hexadecimal digits.
   */
  public String learnedSha256() {
    Hash hash = new Hash();
    labels.forEach(hash::add);
    for (List<Example> split : List.of(train, validation, calibration)) {
      split.forEach(e -> hash.add(e).add(Integer.toString(e.label())));
    }
    return hash.hex();
  }

  /**
   * For each of some examples, the index of the first one with the same content: exact text, or
   * shape and values of the tensor.
   */
  public static int[] firstCopies(List<Example> examples) {
    return ExampleContent.firstCopies(examples);
  }
}
