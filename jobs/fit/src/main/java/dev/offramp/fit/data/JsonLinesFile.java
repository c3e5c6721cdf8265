package dev.offramp.fit.data;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A file with one JSON object a line, in UTF-8. Empty lines are not read. Numbers that JSON doesn't
 * have, NaN and Infinity, are: they get an error that names their column.
 */
final class JsonLinesFile {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private JsonLinesFile() {}

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException names file, line, column and rule
   */
  static void read(Path file, Records records) throws IOException {
    try (Utf8Reader in = Utf8Reader.open(file)) {
      Lines lines = new Lines(file, in);
      boolean first = true;
      for (String line = lines.next(); line != null; line = lines.next()) {
        int number = lines.number();
        if (line.isBlank()) {
          continue;
        }
        Map<?, ?> object = object(file, number, line);
        if (first) {
          List<String> names = object.keySet().stream().map(String::valueOf).toList();
          records.columns(names, "%s, line %d".formatted(file, number));
          first = false;
        }
        records.take(new Line(object, file, number));
      }
    }
  }

  private static Map<?, ?> object(Path file, int number, String line) throws IOException {
    try (JsonParser parser = MAPPER.createParser(line)) {
      Object value = MAPPER.readValue(parser, Object.class);
      if (value instanceof Map<?, ?> object && parser.nextToken() == null) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s, line %d, character %d: %s"
              .formatted(
                  file,
                  number,
                  e.getLocation() == null ? 1 : e.getLocation().getColumnNr(),
                  e.getOriginalMessage()),
          e);
    }
    throw new IllegalArgumentException(
        "%s, line %d: a line must be one JSON object, and nothing else".formatted(file, number));
  }

  private record Line(Map<?, ?> object, Path file, long number) implements Records.Cells {
    @Override
    public Object get(String column) {
      return DottedPath.find(
          object, column, (o, name) -> o instanceof Map<?, ?> map ? map.get(name) : null);
    }

    @Override
    public String place(String column) {
      return "%s, line %d, column '%s'".formatted(file, number, column);
    }
  }
}
