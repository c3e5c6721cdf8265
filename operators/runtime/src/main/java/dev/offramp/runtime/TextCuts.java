package dev.offramp.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The places at which a text can be cut so that the tokens of the part before are exactly the first
 * tokens of the whole text. Which places these are follows from the tokenizer's {@code
 * tokenizer.json}: its pre-tokenizer must split the text into words, and no normalizer, added token
 * or regular expression may look across the place. Where that isn't known to hold, there are none.
 *
 * <p>A place is before a single space between two letters or digits. Letters don't combine with a
 * space beside them, no white space is next to the cut that a look-ahead could see, and all
 * pre-tokenizers accepted here end a word there. Tokenizers that make each Chinese character a word
 * of its own can be cut between two of them, and those that split at punctuation before a
 * full-width punctuation mark that follows a Chinese character. No place is inside a surrogate
 * pair. Immutable; any thread.
 */
final class TextCuts {
  /** No places at all. */
  static final TextCuts NONE = new TextCuts(false, false, false);

  private static final Set<String> LOCAL_NORMALIZERS =
      Set.of(
          "BertNormalizer",
          "Lowercase",
          "StripAccents",
          "Strip",
          "NFC",
          "NFD",
          "NFKC",
          "NFKD",
          "Nmt",
          "Precompiled");

  /** Those of GPT-2, Llama 3 and Qwen 2: in each, a letter or digit before a space ends a word. */
  private static final Set<String> LOCAL_PATTERNS =
      Set.of(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
              + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
              + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");

  /** Full-width comma, full stop, and so on. */
  private static final String FULL_WIDTH_PUNCTUATION = "\uFF0C\u3002\u3001\uFF01\uFF1F\uFF1B\uFF1A";

  /** Letters that belong to one grapheme cluster with what is before or behind them. */
  private static final String UNSURE = "\u0E33\u0EB3\u0D4E";

  private final boolean atSpaces;
  private final boolean betweenIdeographs;
  private final boolean atPunctuation;

  private TextCuts(boolean atSpaces, boolean betweenIdeographs, boolean atPunctuation) {
    this.atSpaces = atSpaces;
    this.betweenIdeographs = betweenIdeographs;
    this.atPunctuation = atPunctuation;
  }

  /**
   * The places for a tokenizer.
   *
   * @param file {@code tokenizer.json} without its model; parts that are absent are missing nodes
   */
  static TextCuts of(JsonNode file) {
    List<JsonNode> normalizers = parts(file.path("normalizer"), "normalizers");
    List<JsonNode> splitters = parts(file.path("pre_tokenizer"), "pretokenizers");
    boolean local =
        normalizers.stream().allMatch(TextCuts::localNormalizer)
            && addedTokensArePlain(file.path("added_tokens"))
            && !file.path("truncation").path("direction").asText("Right").equals("Left");
    if (!local || !splitAtSpaces(splitters)) {
      return NONE;
    }
    return new TextCuts(
        true,
        splitters.size() == 1
            && type(splitters.get(0)).equals("BertPreTokenizer")
            && normalizers.size() == 1
            && normalizers.get(0).path("handle_chinese_chars").asBoolean(false),
        splitters.stream().anyMatch(TextCuts::splitsAtPunctuation));
  }

  /** Whether there are any. */
  boolean any() {
    return atSpaces;
  }

  /**
   * The first place at or behind a position.
   *
   * @param from at least 1
   * @return the number of characters before that place; the text's length if no place follows
   */
  int next(String text, int from) {
    if (atSpaces) {
      for (int i = from; i < text.length() - 1; i++) {
        if (isPlace(text, i)) {
          return i;
        }
      }
    }
    return text.length();
  }

  private boolean isPlace(String text, int i) {
    char c = text.charAt(i);
    if (c == ' ') {
      return plain(text.charAt(i - 1)) && plain(text.charAt(i + 1));
    }
    if (betweenIdeographs && ideograph(c)) {
      return ideograph(text.charAt(i - 1));
    }
    return atPunctuation && FULL_WIDTH_PUNCTUATION.indexOf(c) >= 0 && ideograph(text.charAt(i - 1));
  }

  /**
   * Letters and digits of common scripts that stay what they are beside a space: no normalizer
   * removes them, turns them into spaces or makes a grapheme cluster of them and the space.
   */
  private static boolean plain(char c) {
    boolean common = c < '\u1100' || (c >= '\u1E00' && c <= '\u1FFF') || kanaOrHangul(c);
    return Character.isLetterOrDigit(c) && (common || ideograph(c)) && UNSURE.indexOf(c) < 0;
  }

  private static boolean kanaOrHangul(char c) {
    return (c >= '\u3041' && c <= '\u30FA') || (c >= '\uAC00' && c <= '\uD7A3');
  }

  private static boolean ideograph(char c) {
    return c >= '\u4E00' && c <= '\u9FFF';
  }

  private static boolean localNormalizer(JsonNode normalizer) {
    if (!type(normalizer).equals("Replace")) {
      return LOCAL_NORMALIZERS.contains(type(normalizer));
    }
    JsonNode pattern = normalizer.path("pattern");
    if (pattern.has("Regex")) {
      // Of runs of spaces, which a place is never beside.
      return pattern.path("Regex").asText().equals(" {2,}");
    }
    String content = normalizer.path("content").asText();
    return noSpaces(pattern.path("String").asText(" "))
        && !content.isEmpty()
        && content.strip().length() == content.length();
  }

  /**
   * Whether no added token can reach across a place: all are of ASCII's printed characters, or of
   * spaces alone.
   */
  private static boolean addedTokensArePlain(JsonNode tokens) {
    for (JsonNode token : tokens) {
      String content = token.path("content").asText();
      boolean printed = content.chars().allMatch(c -> c > ' ' && c < 0x7F);
      boolean spaces = content.chars().allMatch(c -> c == ' ');
      if (content.isEmpty() || !(printed || spaces)) {
        return false;
      }
    }
    return true;
  }

  private static boolean noSpaces(String text) {
    return !text.isEmpty() && text.chars().noneMatch(Character::isWhitespace);
  }

  /** Whether a word ends at a space, as far as all of these pre-tokenizers in turn are known. */
  private static boolean splitAtSpaces(List<JsonNode> pretokenizers) {
    boolean split = false;
    for (JsonNode one : pretokenizers) {
      switch (type(one)) {
        case "BertPreTokenizer", "Whitespace", "WhitespaceSplit" -> split = true;
        case "Punctuation", "Digits" -> {
          // They look at no spaces.
        }
        case "Metaspace" -> {
          // Without splitting it hides the spaces from those behind it.
          if (!split && !one.path("split").asBoolean(true)) {
            return false;
          }
          split = true;
        }
        case "ByteLevel" -> {
          if (!split && !one.path("use_regex").asBoolean(true)) {
            return false;
          }
          split = true;
        }
        case "Split" -> {
          if (!LOCAL_PATTERNS.contains(one.path("pattern").path("Regex").asText())
              || !one.path("behavior").asText().equals("Isolated")
              || one.path("invert").asBoolean(false)) {
            return false;
          }
          split = true;
        }
        default -> {
          return false;
        }
      }
    }
    return split;
  }

  private static boolean splitsAtPunctuation(JsonNode pretokenizer) {
    return switch (type(pretokenizer)) {
      case "BertPreTokenizer", "Whitespace", "Split" -> true;
      case "ByteLevel" -> pretokenizer.path("use_regex").asBoolean(true);
      default -> false;
    };
  }

  private static String type(JsonNode part) {
    return part.path("type").asText();
  }

  /** The parts of a sequence of parts, of sequences in it too; one part by itself; none. */
  private static List<JsonNode> parts(JsonNode part, String name) {
    if (part.isMissingNode() || part.isNull()) {
      return List.of();
    }
    if (!type(part).equals("Sequence")) {
      return List.of(part);
    }
    List<JsonNode> all = new ArrayList<>();
    part.path(name).forEach(inner -> all.addAll(parts(inner, name)));
    return all;
  }
}
