package dev.offramp.runtime;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns texts into token ids, cut off at a length and not padded: the same code for serving,
 * learning and evaluating. Of a long text no more is tokenized than fills the limit, if the
 * tokenizer is one of those whose first tokens don't depend on what comes later (see {@link
 * TextCuts}); ids and the truncation flag are those of the whole text. The rest isn't read, so a
 * text is not refused for it. One thread at a time, except for {@link #work}.
 */
public final class TextTokenizer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TextTokenizer.class);

  /** Characters for each token of the limit in the first part of a long text that is tried. */
  private static final int CHARACTERS_A_TOKEN = 8;

  /** How much longer the next part is if the limit wasn't filled. */
  private static final int GROWTH = 4;

  /** Characters that take about as long to normalize as a token takes in the network. */
  private static final int CHARACTERS_A_UNIT = 16;

  /** Bytes of UTF-8 that make a token, about. */
  private static final int BYTES_A_TOKEN = 3;

  private final HuggingFaceTokenizer tokenizer;
  private final TextCuts cuts;
  private final int maxTokens;
  private final int firstPart;
  private boolean slowTextsReported;

  private TextTokenizer(HuggingFaceTokenizer tokenizer, TextCuts cuts, int maxTokens) {
    this.tokenizer = tokenizer;
    this.cuts = cuts;
    this.maxTokens = maxTokens;
    this.firstPart = (int) Math.min(Integer.MAX_VALUE / 2, (long) CHARACTERS_A_TOKEN * maxTokens);
  }

  /**
   * A text's tokens.
   *
   * @param ids special tokens included; no more than the limit
   * @param truncated whether the text has more tokens than the limit
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on at once, never compared.
  public record Tokens(long[] ids, boolean truncated) {}

  /**
   * The tokenizer of a file.
   *
   * @param file a Hugging Face {@code tokenizer.json}
   * @param maxTokens of a text, special ones included
   * @throws IOException it can't be read or is no sound JSON
   * @throws RuntimeException the native library refuses it
   */
  public static TextTokenizer open(Path file, int maxTokens) throws IOException {
    HuggingFaceTokenizer tokenizer = TokenizerFile.open(file, maxTokens);
    try {
      return new TextTokenizer(tokenizer, TokenizerFile.cuts(file), maxTokens);
    } catch (Throwable t) {
      tokenizer.close();
      throw t;
    }
  }

  /**
   * Tokenizes a text.
   *
   * @throws RuntimeException the tokenizer fails on the text, for one that knows no token for
   *     unknown words
   */
  public Tokens encode(String text) {
    return encode(text, firstPart);
  }

  /**
   * Tokenizes texts on all cores.
   *
   * @return the tokens of each text, in the order of the texts
   * @throws RuntimeException the tokenizer fails on one of them
   */
  public List<Tokens> encodeAll(List<String> texts) {
    String[] parts = new String[texts.size()];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = part(texts.get(i), firstPart);
    }
    Encoding[] encodings = tokenizer.batchEncode(parts);
    List<Tokens> all = new ArrayList<>(parts.length);
    for (int i = 0; i < parts.length; i++) {
      String text = texts.get(i);
      boolean enough = parts[i].length() == text.length() || encodings[i].exceedMaxLength();
      all.add(enough ? tokens(encodings[i]) : encode(text, grown(parts[i].length())));
    }
    return all;
  }

  /**
   * About how much work a text is before it is tokenized, in tokens: its tokens, of which there are
   * no more than the limit; more than the limit where much of the text must be tokenized to find
   * them. Any thread.
   */
  public int work(String text) {
    long bytes = utf8Bytes(text, (long) BYTES_A_TOKEN * maxTokens);
    int most = (int) Math.min(maxTokens, 2 + bytes / BYTES_A_TOKEN);
    if (text.length() <= firstPart) {
      return most;
    }
    return Math.max(most, cuts.next(text, firstPart) / CHARACTERS_A_UNIT);
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private Tokens encode(String text, int characters) {
    for (int least = characters; ; ) {
      String part = part(text, least);
      Encoding encoding = tokenizer.encode(part);
      if (part.length() == text.length() || encoding.exceedMaxLength()) {
        return tokens(encoding);
      }
      least = grown(part.length());
    }
  }

  /** The text up to the first place to cut it behind so many characters. */
  private String part(String text, int characters) {
    if (text.length() <= characters) {
      return text;
    }
    if (!cuts.any() && !slowTextsReported) {
      slowTextsReported = true;
      LOG.info(
          "Texts of more than {} characters are tokenized as a whole, which takes about a second"
              + " for a million characters: this tokenizer isn't known to split texts into words"
              + " that don't depend on each other.",
          characters);
    }
    int end = cuts.next(text, characters);
    return end == text.length() ? text : text.substring(0, end);
  }

  private static int grown(int characters) {
    return (int) Math.min(Integer.MAX_VALUE, (long) GROWTH * characters);
  }

  private static Tokens tokens(Encoding encoding) {
    return new Tokens(encoding.getIds(), encoding.exceedMaxLength());
  }

  /** Bytes of a text in UTF-8; counts no further than asked. */
  static long utf8Bytes(String text, long most) {
    long bytes = 0;
    for (int i = 0; i < text.length() && bytes < most; i++) {
      char c = text.charAt(i);
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return bytes;
  }
}
