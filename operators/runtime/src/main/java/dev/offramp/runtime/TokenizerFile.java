package dev.offramp.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Opens a Hugging Face {@code tokenizer.json}, after a look of our own: the native library ends the
 * whole JVM on some files that are no sound JSON, one that was cut short in the wrong place among
 * them. What is sound JSON but makes no sense can still end it: take tokenizers, like networks,
 * from those you trust. Stateless; any thread.
 */
public final class TokenizerFile {
  static {
    // Without it the tokenizer's library reports each start to its makers' server.
    if (System.getProperty("ai.djl.offline") == null) {
      System.setProperty("ai.djl.offline", "true");
    }
  }

  /** The largest vocabularies take a tenth. */
  private static final long MOST_BYTES = 256L << 20;

  /** The native reader gives up at 128. */
  private static final int DEEPEST = 100;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
          .build();

  private static final ObjectMapper MAPPER = new ObjectMapper(JSON);

  private TokenizerFile() {}

  /**
   * The tokenizer of a file, which cuts texts off and doesn't pad them.
   *
   * @param maxTokens of a text, special ones included
   * @throws IOException it can't be read or is no sound JSON
   * @throws RuntimeException the native library refuses it
   */
  public static HuggingFaceTokenizer open(Path file, int maxTokens) throws IOException {
    check(file);
    return HuggingFaceTokenizer.builder()
        .optTokenizerPath(file)
        .optTruncation(true)
        .optMaxLength(maxTokens)
        .optPadding(false)
        .build();
  }

  /**
   * Where texts can be cut for the tokenizer of a file that {@link #open} takes.
   *
   * @throws IOException it can't be read
   */
  static TextCuts cuts(Path file) throws IOException {
    ObjectNode parts = MAPPER.createObjectNode();
    try (JsonParser parser = MAPPER.getFactory().createParser(file.toFile())) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.getText();
        parser.nextToken();
        if (name.equals("model")) {
          // The vocabulary, nearly all of the file.
          parser.skipChildren();
        } else {
          parts.set(name, MAPPER.readTree(parser));
        }
      }
    }
    return TextCuts.of(parts);
  }

  private static void check(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new IOException("it holds more than %d bytes".formatted(MOST_BYTES));
    }
    try (Reader in =
            new BufferedReader(
                new InputStreamReader(Files.newInputStream(file), UTF_8.newDecoder()));
        JsonParser parser = JSON.createParser(in)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("it must be one JSON object");
      }
      for (int depth = 1; depth > 0; ) {
        JsonToken token = parser.nextToken();
        if (token == null) {
          throw new IOException("it ends early");
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING) {
          checkPairs(parser.getText());
        } else if (token == JsonToken.VALUE_NUMBER_FLOAT
            && !Double.isFinite(parser.getDoubleValue())) {
          throw new IOException("it holds a number beyond what a double can hold");
        }
      }
      if (parser.nextToken() != null) {
        throw new IOException("it goes on after its JSON object");
      }
    }
  }

  /** Escapes can write half of a surrogate pair, which no text is. */
  private static void checkPairs(String text) throws IOException {
    if (Surrogates.half(text) >= 0) {
      throw new IOException("it holds half of a surrogate pair");
    }
  }
}
