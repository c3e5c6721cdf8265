package dev.offramp.fit.data;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** Makes rows of a file's records: finds the columns, and checks and converts what they hold. */
final class RowReader implements Records {
  private static final List<String> TEXT = List.of("text", "sentence", "utterance");
  private static final List<String> LABEL = List.of("category", "label", "intent");
  private static final String TENSOR = "tensor";
  private static final int SHOWN = 30;
  private static final int SHOWN_LENGTH = 1000;

  private final Columns columns;
  private final Split fileSplit;
  private final Row.Origin origin;
  private final Consumer<Row> rows;

  /** Labels repeat: one object for each. */
  private final Map<String, String> labels = new HashMap<>();

  private String text;
  private String tensor;
  private String label;
  private boolean any;

  /**
   * Reads rows of one file.
   *
   * @param fileSplit of all rows; null: as the split column says, if there is one
   */
  RowReader(Columns columns, Split fileSplit, Row.Origin origin, Consumer<Row> rows) {
    this.columns = columns;
    this.fileSplit = fileSplit;
    this.origin = origin;
    this.rows = rows;
  }

  /** Whether there was a row. */
  boolean any() {
    return any;
  }

  @Override
  public void columns(List<String> names, String place) {
    if (columns.tensor() != null) {
      tensor = named(columns.tensor(), "--tensor-column", names, place);
    } else if (columns.text() == null && names.contains(TENSOR) && found(names, TEXT).isEmpty()) {
      tensor = TENSOR;
    } else {
      text = column(columns.text(), "--text-column", TEXT, names, place);
    }
    label = column(columns.label(), "--label-column", LABEL, names, place);
    if (columns.split() != null) {
      named(columns.split(), "--split-column", names, place);
    }
  }

  private static String column(
      String asked, String option, List<String> usual, List<String> names, String place) {
    if (asked != null) {
      return named(asked, option, names, place);
    }
    List<String> found = found(names, usual);
    if (found.size() != 1) {
      throw new IllegalArgumentException(
          "%s: there must be one column called %s: there are %s; name the right one with %s"
              .formatted(place, String.join(" or ", usual), shown(names), option));
    }
    return found.get(0);
  }

  private static List<String> found(List<String> names, List<String> usual) {
    return names.stream().filter(n -> usual.contains(n.toLowerCase(Locale.ROOT))).toList();
  }

  private static String named(String asked, String option, List<String> names, String place) {
    if (!DottedPath.begins(asked, names)) {
      throw new IllegalArgumentException(
          "%s: there is no column '%s' (%s): there are %s"
              .formatted(place, asked, option, shown(names)));
    }
    if (names.stream().filter(asked::equals).count() > 1) {
      throw new IllegalArgumentException(
          "%s: there must be one column '%s' (%s): there are %s"
              .formatted(place, asked, option, shown(names)));
    }
    return asked;
  }

  /** The first of many names. */
  private static String shown(List<String> names) {
    String first = String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
    return "[%s%s]"
        .formatted(
            first.length() > SHOWN_LENGTH ? first.substring(0, SHOWN_LENGTH) + "..." : first,
            names.size() > SHOWN ? ", and %d more".formatted(names.size() - SHOWN) : "");
  }

  @Override
  public void take(Cells cells) {
    any = true;
    String name = value(cells, label, "label", Values::label);
    rows.accept(
        new Row(
            text == null ? null : value(cells, text, "text", Values::text),
            tensor == null
                ? null
                : value(cells, tensor, TENSOR, v -> Values.tensor(v, columns.tensorShape())),
            name.equals(columns.outOfScopeLabel())
                ? null
                : labels.computeIfAbsent(name, known -> known),
            columns.split() == null
                ? fileSplit
                : value(cells, columns.split(), "split", Values::split),
            origin,
            cells.number()));
  }

  private static <T> T value(
      Cells cells, String column, String what, Function<Object, T> conversion) {
    Object value = cells.get(column);
    try {
      if (value == null) {
        throw new IllegalArgumentException("is missing");
      }
      return conversion.apply(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s: the %s %s".formatted(cells.place(column), what, e.getMessage()), e);
    }
  }
}
