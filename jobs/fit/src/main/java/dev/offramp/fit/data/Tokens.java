package dev.offramp.fit.data;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.offramp.runtime.TextTokenizer;
import dev.offramp.runtime.TokenizerFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Turns texts into token ids, cut off at a length and not padded. Stateless; any thread. */
public final class Tokens {
  private static final int CHUNK = 1024;

  /** More than any tokenizer adds to a text. */
  private static final int LONG = 512;

  private Tokens() {}

  /**
   * How many tokens a tokenizer adds to each text, like those of its begin and end.
   *
   * @throws IllegalArgumentException names the file that is no tokenizer
   */
  public static int special(Path tokenizer) {
    try (HuggingFaceTokenizer tokens = TokenizerFile.open(tokenizer, LONG)) {
      return (int) Arrays.stream(tokens.encode("a").getSpecialTokenMask()).sum();
    } catch (IOException | RuntimeException e) {
      throw unusable(tokenizer, e);
    }
  }

  private static IllegalArgumentException unusable(Path tokenizer, Exception e) {
    return new IllegalArgumentException(
        "%s can't be used as a tokenizer: %s".formatted(tokenizer, e.getMessage()), e);
  }

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
      throw unusable(tokenizer, e);
    }
    return ids;
  }
}
