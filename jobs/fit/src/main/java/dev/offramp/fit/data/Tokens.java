package dev.offramp.fit.data;

import dev.offramp.runtime.TextTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Turns texts into token ids, cut off at a length and not padded. Stateless; any thread. */
public final class Tokens {
  private static final int CHUNK = 1024;

  private Tokens() {}

  /**
   * Tokenizes texts.
   *
   * @param tokenizer a Hugging Face {@code tokenizer.json}
   * @param maxTokens of a text, special ones included
   * @return the ids of each text, in the order of the texts
   * @throws IllegalArgumentException names the file that is no tokenizer
   */
  public static List<long[]> of(Path tokenizer, int maxTokens, List<String> texts) {
    List<long[]> ids = new ArrayList<>(texts.size());
    try (TextTokenizer tokens = TextTokenizer.open(tokenizer, maxTokens)) {
      for (int from = 0; from < texts.size(); from += CHUNK) {
        List<String> chunk = texts.subList(from, Math.min(texts.size(), from + CHUNK));
        tokens.encodeAll(chunk).forEach(t -> ids.add(t.ids()));
      }
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          "%s can't be used as a tokenizer: %s".formatted(tokenizer, e.getMessage()), e);
    }
    return ids;
  }
}
