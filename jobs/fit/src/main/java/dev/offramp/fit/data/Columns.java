package dev.offramp.fit.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Which columns of CSV, TSV, JSON lines and Avro files are read. In JSON lines and Avro a name with
 * dots reaches into nested records: {@code meta.topic}.
 *
 * @param text column of texts; null: the one that is called text, sentence or utterance
 * @param label column of labels; null: the one that is called category, label or intent
 * @param tensor column of tensors, read in place of texts; null: the one that is called tensor, if
 *     there is no column of texts
 * @param split column that says each row's split; null: there is none
 * @param tensorShape shape of every tensor; null: as arrays are nested, all alike
 * @param outOfScopeLabel label of rows that no label fits, which make no class; null: none
 */
public record Columns(
    String text,
    String label,
    String tensor,
    String split,
    List<Integer> tensorShape,
    String outOfScopeLabel) {
  /** No column is named. */
  public static final Columns DEFAULT = new Columns(null, null, null, null, null, null);

  /** Checks that texts and tensors aren't both asked for. */
  public Columns {
    if (text != null && tensor != null) {
      throw new IllegalArgumentException(
          "examples are texts or tensors: name a text column (%s) or a tensor column (%s), not both"
              .formatted(text, tensor));
    }
    tensorShape = tensorShape == null ? null : List.copyOf(tensorShape);
  }

  /** The same with this column of texts. */
  public Columns withText(String column) {
    return new Columns(column, label, tensor, split, tensorShape, outOfScopeLabel);
  }

  /** The same with this column of labels. */
  public Columns withLabel(String column) {
    return new Columns(text, column, tensor, split, tensorShape, outOfScopeLabel);
  }

  /** The same with this column of tensors, of this shape; null: as they are. */
  public Columns withTensor(String column, List<Integer> shape) {
    return new Columns(text, label, column, split, shape, outOfScopeLabel);
  }

  /** The same with this column of splits. */
  public Columns withSplit(String column) {
    return new Columns(text, label, tensor, column, tensorShape, outOfScopeLabel);
  }

  /** The same with this label of what is out of scope. */
  public Columns withOutOfScopeLabel(String name) {
    return new Columns(text, label, tensor, split, tensorShape, name);
  }

  /**
   * Reads a shape as a person writes it: sizes with an x between, {@code 3x32x32}.
   *
   * @throws IllegalArgumentException it isn't of this form, or has more values than an array holds
   */
  public static List<Integer> shape(String written) {
    List<Integer> shape = new ArrayList<>();
    long size = 1;
    for (String part : written.split("x", -1)) {
      if (!part.matches("[1-9]\\d{0,8}")) {
        throw new IllegalArgumentException(
            "a tensor's shape must be sizes of 1 or more with an x between, like 3x32x32: "
                + written);
      }
      shape.add(Integer.valueOf(part));
      size *= shape.get(shape.size() - 1);
      if (size > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "a tensor must have at most %d values: %s".formatted(Integer.MAX_VALUE, written));
      }
    }
    return List.copyOf(shape);
  }

  /** A shape as a person writes it. */
  static String written(List<Integer> shape) {
    return String.join("x", shape.stream().map(String::valueOf).toList());
  }
}
