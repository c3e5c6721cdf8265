package dev.offramp.fit.data;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Labelled texts in a CSV file with quoting by RFC 4180, in UTF-8. The first row names the columns:
 * one is text, one is category, label or intent; others, and empty lines, are not read.
 */
final class CsvFile {
  private static final List<String> TEXT = List.of("text");
  private static final List<String> LABEL = List.of("category", "label", "intent");

  /**
   * A row.
   *
   * @param text not blank
   * @param label not blank
   * @param line of the file that the row begins in, from 1
   */
  record Row(String text, String label, int line) {}

  private final Path file;
  private final List<Row> rows = new ArrayList<>();

  private CsvFile(Path file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @return its rows, at least one
   * @throws IllegalArgumentException names file, line, column and rule
   */
  static List<Row> read(Path file) throws IOException {
    CsvFile csv = new CsvFile(file);
    try (CsvParser parser =
        new CsvFactory()
            .enable(CsvParser.Feature.WRAP_AS_ARRAY)
            .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
            .createParser(csv.decode(Files.readAllBytes(file)))) {
      csv.read(parser);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw new IllegalArgumentException(
          "%s, line %d, column %d: %s, in the row after that of line %d"
              .formatted(
                  file,
                  at.getLineNr(),
                  at.getColumnNr(),
                  e.getOriginalMessage(),
                  csv.rows.isEmpty() ? 1 : csv.rows.get(csv.rows.size() - 1).line()),
          e);
    }
    return csv.rows;
  }

  private void read(CsvParser parser) throws IOException {
    List<String> header = null;
    int text = 0;
    int label = 0;
    parser.nextToken();
    while (parser.nextToken() == JsonToken.START_ARRAY) {
      int line = parser.currentLocation().getLineNr();
      List<String> cells = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        // Only cells know where they begin: the place of a row's own token is that of the last one.
        line = cells.isEmpty() ? parser.currentTokenLocation().getLineNr() : line;
        cells.add(parser.getText());
      }
      if (header == null) {
        header = cells;
        text = column(header, TEXT);
        label = column(header, LABEL);
      } else if (cells.size() != header.size()) {
        throw wrong(
            line,
            Math.min(cells.size(), header.size()) + 1,
            "a row must have the header's %d columns: this one has %d"
                .formatted(header.size(), cells.size()));
      } else {
        rows.add(new Row(cell(cells, text, line, "text"), cell(cells, label, line, "label"), line));
      }
    }
    if (rows.isEmpty()) {
      throw wrong(1, 1, "there must be a header row and at least one row after it");
    }
  }

  private String cell(List<String> cells, int column, int line, String what) {
    if (cells.get(column).isBlank()) {
      throw wrong(line, column + 1, "the " + what + " must not be blank");
    }
    return cells.get(column);
  }

  private int column(List<String> header, List<String> names) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < header.size(); i++) {
      if (names.contains(header.get(i).strip().toLowerCase(Locale.ROOT))) {
        found.add(i);
      }
    }
    if (found.size() != 1) {
      throw wrong(
          1,
          1,
          "the header must name one column %s: it names %s"
              .formatted(String.join(" or ", names), header));
    }
    return found.get(0);
  }

  private String decode(byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer text = CharBuffer.allocate(bytes.length + 1);
    CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), text, true);
    text.flip();
    if (result.isError()) {
      String before = text.toString();
      int line = 1 + Math.toIntExact(before.chars().filter(c -> c == '\n').count());
      int column = before.length() - before.lastIndexOf('\n');
      throw new IllegalArgumentException(
          "%s, line %d, character %d: not valid UTF-8; save the file as UTF-8"
              .formatted(file, line, column));
    }
    // A byte order mark would become part of the first column's name.
    return !text.isEmpty() && text.charAt(0) == '\uFEFF'
        ? text.subSequence(1, text.length()).toString()
        : text.toString();
  }

  private IllegalArgumentException wrong(int line, int column, String rule) {
    return new IllegalArgumentException(
        "%s, line %d, column %d: %s".formatted(file, line, column, rule));
  }
}
