package dev.offramp.fit.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/**
 * Labelled texts in the form of CLINC150: a JSON object of splits, each a list of [text, label].
 * Splits train, val and test are needed; oos_test, texts that no label fits, may be absent; others
 * are not read.
 */
final class ClincFile {
  private final Path file;
  private final JsonNode root;

  private ClincFile(Path file, JsonNode root) {
    this.file = file;
    this.root = root;
  }

  /**
   * Reads a file.
   *
   * @param name of the data set
   * @throws IllegalArgumentException names file, place and rule
   */
  static Dataset load(String name, Path file, long seed) throws IOException {
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s, line %d, column %d: %s"
              .formatted(
                  file,
                  e.getLocation().getLineNr(),
                  e.getLocation().getColumnNr(),
                  e.getOriginalMessage()),
          e);
    }
    return new ClincFile(file, root).dataset(name, seed);
  }

  private Dataset dataset(String name, long seed) {
    TreeSet<String> found = new TreeSet<>();
    rows("train").forEach(row -> found.add(row.get(1).textValue()));
    List<String> labels = List.copyOf(found);
    List<List<Example>> held =
        Stratified.split(examples("val", labels), new Random(seed), 0.5, 0.5);
    List<Example> outOfScope = new ArrayList<>();
    if (root.has("oos_test")) {
      for (JsonNode row : rows("oos_test")) {
        outOfScope.add(new Example(row.get(0).textValue(), Example.OUT_OF_SCOPE));
      }
    }
    return new Dataset(
        name,
        labels,
        examples("train", labels),
        held.get(0),
        held.get(1),
        examples("test", labels),
        outOfScope);
  }

  private List<Example> examples(String split, List<String> labels) {
    List<Example> examples = new ArrayList<>();
    for (JsonNode row : rows(split)) {
      int label = labels.indexOf(row.get(1).textValue());
      if (label < 0) {
        throw wrong(split, examples.size(), "label %s is not among those of train", row.get(1));
      }
      examples.add(new Example(row.get(0).textValue(), label));
    }
    return examples;
  }

  private JsonNode rows(String split) {
    JsonNode rows = root.get(split);
    if (rows == null || !rows.isArray() || rows.isEmpty()) {
      throw new IllegalArgumentException(
          "%s must be an object whose member %s is a list of [text, label] that isn't empty"
              .formatted(file, split));
    }
    for (int i = 0; i < rows.size(); i++) {
      JsonNode row = rows.get(i);
      if (row.size() != 2 || !row.path(0).isTextual() || !row.path(1).isTextual()) {
        throw wrong(split, i, "must be [text, label], two strings: %s", row);
      }
      if (row.get(0).textValue().isBlank() || row.get(1).textValue().isBlank()) {
        throw wrong(split, i, "text and label must not be blank: %s", row);
      }
    }
    return rows;
  }

  private IllegalArgumentException wrong(String split, int index, String rule, JsonNode value) {
    return new IllegalArgumentException(
        "%s, %s[%d]: %s".formatted(file, split, index, rule.formatted(value)));
  }
}
