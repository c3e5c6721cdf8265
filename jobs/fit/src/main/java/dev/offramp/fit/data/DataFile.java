package dev.offramp.fit.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A file of labelled examples, one a record.
 *
 * @param path its name ends as its format says
 * @param format of its records
 * @param stem its name without the ending
 */
record DataFile(Path path, Format format, String stem) {
  static final String ENDINGS = ".csv, .tsv, .jsonl or .ndjson (these also packed, .gz), or .avro";

  private static final Map<String, Format> FORMATS =
      Map.of(
          ".csv", Format.CSV,
          ".tsv", Format.TSV,
          ".jsonl", Format.JSON_LINES,
          ".ndjson", Format.JSON_LINES,
          ".avro", Format.AVRO);

  /** How a file holds its records. */
  enum Format {
    CSV,
    TSV,
    JSON_LINES,
    AVRO
  }

  /** A file of a format that is known by the name's end, in any case; else nothing. */
  static Optional<DataFile> of(Path path) {
    String name = path.getFileName().toString();
    String lower = name.toLowerCase(Locale.ROOT);
    for (Map.Entry<String, Format> known : FORMATS.entrySet()) {
      String ending = known.getKey();
      String packed = ending + Utf8Reader.GZIP;
      Format format = known.getValue();
      if (lower.endsWith(ending)) {
        return Optional.of(new DataFile(path, format, without(name, ending)));
      }
      if (lower.endsWith(packed) && format != Format.AVRO) {
        return Optional.of(new DataFile(path, format, without(name, packed)));
      }
    }
    return Optional.empty();
  }

  private static String without(String name, String ending) {
    return name.substring(0, name.length() - ending.length());
  }

  /**
   * Reads all rows.
   *
   * @param columns which ones to read
   * @param split of all rows; null: as the split column says, if there is one
   * @throws IllegalArgumentException names file, line or record, column and rule; there are no rows
   */
  void read(Columns columns, Split split, Consumer<Row> rows) throws IOException {
    Row.Origin origin =
        format == Format.AVRO
            ? number -> "%s, record %d".formatted(path, number)
            : number -> "%s, line %d".formatted(path, number);
    RowReader reader = new RowReader(columns, split, origin, rows);
    switch (format) {
      case CSV -> CsvFile.read(path, ',', reader);
      case TSV -> CsvFile.read(path, '\t', reader);
      case JSON_LINES -> JsonLinesFile.read(path, reader);
      case AVRO -> AvroFile.read(path, reader);
    }
    if (!reader.any()) {
      throw new IllegalArgumentException(
          path
              + (format == Format.CSV || format == Format.TSV
                  ? ": there must be a header row and at least one row after it"
                  : ": there must be at least one record"));
    }
  }
}
