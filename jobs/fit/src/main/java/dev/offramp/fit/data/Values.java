package dev.offramp.fit.data;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.util.Utf8;

/**
 * Converts what a column holds, as {@link Records.Cells#get} gives it. Each throws {@link
 * IllegalArgumentException} with the rule as what follows the name of the thing.
 */
final class Values {
  private static final int SHOWN = 60;

  private Values() {}

  /** A text, as it is. */
  static String text(Object value) {
    if (!(value instanceof CharSequence)) {
      throw new IllegalArgumentException("must be a text: " + shown(value));
    }
    return notBlank(decoded(value));
  }

  /** A label's name. */
  static String label(Object value) {
    if (value instanceof CharSequence) {
      return notBlank(decoded(value));
    }
    if (value instanceof Integer
        || value instanceof Long
        || value instanceof BigInteger
        || value instanceof Boolean
        || value instanceof GenericEnumSymbol<?>) {
      return value.toString();
    }
    throw new IllegalArgumentException(
        "must be a text, a whole number, true, false or an enum's symbol: " + shown(value));
  }

  /** A split. */
  static Split split(Object value) {
    Split split = Split.of(value instanceof CharSequence ? decoded(value) : value.toString());
    if (split == null) {
      throw new IllegalArgumentException("must be " + Split.NAMES + ": " + shown(value));
    }
    return split;
  }

  /**
   * A tensor: nested lists of numbers, or a text of numbers with spaces between.
   *
   * @param wanted its shape; what is flat is given it. Null: as it is nested
   */
  static Tensor tensor(Object value, List<Integer> wanted) {
    List<?> list = value instanceof CharSequence ? numbers(decoded(value)) : list(value);
    List<Integer> shape = new ArrayList<>();
    for (Object at = list; at instanceof List<?> inner; at = inner.get(0)) {
      if (inner.isEmpty()) {
        throw new IllegalArgumentException("must not have an empty array in it");
      }
      shape.add(inner.size());
    }
    // Only where all arrays are of one length is their product the number of values there are.
    int size = count(list, shape, 0);
    float[] values = new float[size];
    fill(list, shape.size(), values, 0);
    if (wanted == null || wanted.equals(shape)) {
      return new Tensor(shape, values);
    }
    if (shape.size() > 1 || wanted.stream().mapToLong(s -> s).reduce(1, (a, b) -> a * b) != size) {
      throw new IllegalArgumentException(
          "must have the shape %s, or as many numbers in one row: it has the shape %s"
              .formatted(Columns.written(wanted), Columns.written(shape)));
    }
    return new Tensor(wanted, values);
  }

  private static List<?> list(Object value) {
    if (value instanceof List<?> list) {
      return list;
    }
    throw new IllegalArgumentException("must be an array of numbers: " + shown(value));
  }

  private static List<Float> numbers(String cell) {
    List<Float> numbers = new ArrayList<>();
    for (String number : notBlank(cell).strip().split("\\s+", -1)) {
      try {
        numbers.add(Float.valueOf(number));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "must be numbers with spaces between: " + shown(number), e);
      }
    }
    return numbers;
  }

  /** How many values there are in a list whose arrays are all of the shape's lengths. */
  private static int count(List<?> list, List<Integer> shape, int depth) {
    if (list.size() != shape.get(depth)) {
      throw new IllegalArgumentException(
          "must have arrays of one length at each depth: at depth %d one has %d, another %d"
              .formatted(depth + 1, shape.get(depth), list.size()));
    }
    if (depth + 1 == shape.size()) {
      return list.size();
    }
    int count = 0;
    for (Object item : list) {
      count += count(list(item), shape, depth + 1);
    }
    return count;
  }

  /** Writes a list's numbers, so many lists deep, from an index on; returns that after them. */
  private static int fill(List<?> list, int depth, float[] values, int from) {
    int at = from;
    for (Object item : list) {
      if (depth > 1) {
        at = fill(list(item), depth - 1, values, at);
      } else if (item instanceof Number number && Float.isFinite(number.floatValue())) {
        values[at++] = number.floatValue();
      } else {
        throw new IllegalArgumentException(
            "must hold numbers that are finite as a float: " + shown(item));
      }
    }
    return at;
  }

  private static String notBlank(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("must not be blank");
    }
    return text;
  }

  /** What is half of a surrogate pair can't be written in UTF-8, and JSON can escape it. */
  private static String decoded(Object value) {
    try {
      if (value instanceof Utf8 bytes) {
        return StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(bytes.getBytes(), 0, bytes.getByteLength()))
            .toString();
      }
      String text = value.toString();
      if (text.chars().anyMatch(c -> Character.isSurrogate((char) c))) {
        StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      }
      return text;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("must be valid Unicode", e);
    }
  }

  /** A value's beginning. */
  static String shown(Object value) {
    String text = String.valueOf(value);
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }
}
