package dev.offramp.fit.data;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Labelled texts in the form of CLINC150: a JSON object of splits, each a list of [text, label].
 * Splits train, val and test are needed; oos_test, texts that no label fits, may be absent; others
 * are not read.
 */
final class ClincFile {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final List<String> NEEDED = List.of("train", "val", "test");
  private static final String OUT_OF_SCOPE = "oos_test";

  private final Path file;
  private final Consumer<Row> rows;

  private ClincFile(Path file, Consumer<Row> rows) {
    this.file = file;
    this.rows = rows;
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException names file, place and rule
   */
  static void read(Path file, Consumer<Row> rows) throws IOException {
    try (JsonParser parser = MAPPER.createParser(Utf8Reader.open(file))) {
      new ClincFile(file, rows).read(parser);
    } catch (JsonProcessingException e) {
      // The limits on depth and length don't say where.
      JsonLocation at = e.getLocation();
      String place =
          at == null ? "" : ", line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
      throw new IllegalArgumentException(
          "%s%s: %s".formatted(file, place, e.getOriginalMessage()), e);
    }
  }

  private void read(JsonParser parser) throws IOException {
    List<String> missing = new ArrayList<>(NEEDED);
    if (parser.nextToken() == JsonToken.START_OBJECT) {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        boolean array = parser.nextToken() == JsonToken.START_ARRAY;
        if (!NEEDED.contains(name) && !name.equals(OUT_OF_SCOPE)) {
          parser.skipChildren();
        } else if (!array) {
          throw noList(name);
        } else if (split(parser, name) > 0) {
          missing.remove(name);
        }
      }
    }
    if (!missing.isEmpty()) {
      throw noList(missing.get(0));
    }
  }

  /** Reads a list of rows; returns how many there are. */
  private int split(JsonParser parser, String name) throws IOException {
    boolean outOfScope = name.equals(OUT_OF_SCOPE);
    Split split = outOfScope ? Split.TEST : Split.of(name);
    Row.Origin origin = index -> "%s, %s[%d]".formatted(file, name, index);
    int index = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      JsonNode row = MAPPER.readTree(parser);
      if (row.size() != 2 || !row.path(0).isTextual() || !row.path(1).isTextual()) {
        throw wrong(origin.at(index), "must be [text, label], two strings: " + Values.shown(row));
      }
      try {
        String text = Values.text(row.get(0).textValue());
        String label = Values.label(row.get(1).textValue());
        rows.accept(new Row(text, null, outOfScope ? null : label, split, origin, index));
      } catch (IllegalArgumentException e) {
        throw wrong(
            origin.at(index), "text and label " + e.getMessage() + ": " + Values.shown(row));
      }
      index++;
    }
    return index;
  }

  private static IllegalArgumentException wrong(String place, String rule) {
    return new IllegalArgumentException(place + ": " + rule);
  }

  private IllegalArgumentException noList(String member) {
    return new IllegalArgumentException(
        "%s must be an object whose member %s is a list of [text, label] that isn't empty; a file with one object a line must be called .jsonl"
            .formatted(file, member));
  }
}
