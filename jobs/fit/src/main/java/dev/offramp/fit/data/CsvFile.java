package dev.offramp.fit.data;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of rows with a comma or a tab between cells, quoted by RFC 4180, in UTF-8. The first row
 * names the columns; empty lines are not read.
 */
final class CsvFile {
  private final Path file;
  private final Records records;
  private List<String> header;
  private int line = 1;

  private CsvFile(Path file, Records records) {
    this.file = file;
    this.records = records;
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException names file, line, column and rule
   */
  static void read(Path file, char separator, Records records) throws IOException {
    CsvFile csv = new CsvFile(file, records);
    try (CsvParser parser =
        new CsvFactory()
            .enable(CsvParser.Feature.WRAP_AS_ARRAY)
            .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
            .createParser(Utf8Reader.open(file))) {
      parser.setSchema(CsvSchema.emptySchema().withColumnSeparator(separator));
      csv.read(parser);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      if (at == null) {
        throw new IllegalArgumentException(
            "%s, after line %d: %s".formatted(file, csv.line, e.getOriginalMessage()), e);
      }
      throw new IllegalArgumentException(
          "%s, line %d, column %d: %s, in the row after that of line %d; a cell with quotes in it must be quoted, and they doubled"
              .formatted(file, at.getLineNr(), at.getColumnNr(), e.getOriginalMessage(), csv.line),
          e);
    }
  }

  private void read(CsvParser parser) throws IOException {
    parser.nextToken();
    while (parser.nextToken() == JsonToken.START_ARRAY) {
      int begun = parser.currentLocation().getLineNr();
      List<String> cells = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        // Only cells know where they begin: the place of a row's own token is that of the last one.
        begun = cells.isEmpty() ? parser.currentTokenLocation().getLineNr() : begun;
        cells.add(parser.getText());
      }
      line = begun;
      if (header == null) {
        header = cells.stream().map(String::strip).toList();
        records.columns(header, "%s, line %d".formatted(file, line));
      } else if (cells.size() != header.size()) {
        throw new IllegalArgumentException(
            "%s, line %d, column %d: a row must have the header's %d columns: this one has %d"
                .formatted(
                    file,
                    line,
                    Math.min(cells.size(), header.size()) + 1,
                    header.size(),
                    cells.size()));
      } else {
        records.take(new Line(cells, line));
      }
    }
  }

  private final class Line implements Records.Cells {
    private final List<String> cells;
    private final int number;

    Line(List<String> cells, int number) {
      this.cells = cells;
      this.number = number;
    }

    @Override
    public Object get(String column) {
      int at = header.indexOf(column);
      return at < 0 ? null : cells.get(at);
    }

    @Override
    public String place(String column) {
      return "%s, line %d, column %d".formatted(file, number, header.indexOf(column) + 1);
    }

    @Override
    public long number() {
      return number;
    }
  }
}
