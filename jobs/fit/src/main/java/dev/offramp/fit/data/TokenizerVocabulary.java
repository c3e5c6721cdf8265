package dev.offramp.fit.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a {@code tokenizer.json} says of its ids. Immutable; any thread.
 *
 * @param tokens by id: those of the vocabulary and those added to it
 * @param padId the id that padding has: {@code padding.pad_id}, else that of a token {@code [PAD]},
 *     {@code <pad>} or {@code <PAD>}, else 0
 */
public record TokenizerVocabulary(SortedMap<Integer, String> tokens, int padId) {
  private static final List<String> PADS = List.of("[PAD]", "<pad>", "<PAD>");
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  /**
   * Reads a file, which {@link Tokens} can read.
   *
   * @throws IllegalArgumentException names the file and what is wrong with it
   */
  public static TokenizerVocabulary read(Path tokenizer) {
    JsonNode file;
    try {
      file = JSON.readTree(tokenizer.toFile());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s can't be used as a tokenizer: %s".formatted(tokenizer, e.getMessage()), e);
    }
    SortedMap<Integer, String> tokens = new TreeMap<>();
    JsonNode vocabulary = file.path("model").path("vocab");
    if (vocabulary.isArray()) {
      // Of the Unigram kind: pairs of a token and its score, in the order of the ids.
      for (int id = 0; id < vocabulary.size(); id++) {
        tokens.put(id, vocabulary.path(id).path(0).asText());
      }
    } else {
      for (Map.Entry<String, JsonNode> entry : vocabulary.properties()) {
        tokens.put(entry.getValue().asInt(), entry.getKey());
      }
    }
    for (JsonNode added : file.path("added_tokens")) {
      tokens.put(added.path("id").asInt(), added.path("content").asText());
    }
    return new TokenizerVocabulary(tokens, padId(file.path("padding").path("pad_id"), tokens));
  }

  private static int padId(JsonNode said, SortedMap<Integer, String> tokens) {
    if (said.canConvertToInt() && said.asInt() >= 0) {
      return said.asInt();
    }
    return tokens.entrySet().stream()
        .filter(e -> PADS.contains(e.getValue()))
        .mapToInt(Map.Entry::getKey)
        .findFirst()
        .orElse(0);
  }

  /** The largest id plus one; 0 for an empty vocabulary. */
  public int size() {
    return tokens.isEmpty() ? 0 : tokens.lastKey() + 1;
  }

  /** A token for messages: its text, with its id. */
  public String named(int id) {
    return "'%s' (id %d)".formatted(tokens.getOrDefault(id, "?"), id);
  }
}
