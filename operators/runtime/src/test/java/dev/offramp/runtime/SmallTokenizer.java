package dev.offramp.runtime;

import java.util.ArrayList;
import java.util.List;

/** Small tokenizers of the kinds in use, each the content of a {@code tokenizer.json}. */
enum SmallTokenizer {
  BERT(true, Parts.BERT_NORMALIZER, Parts.type("BertPreTokenizer"), Parts.wordPiece()),
  BERT_CASED(
      true,
      Parts.BERT_NORMALIZER.replace("\"lowercase\": true", "\"lowercase\": false"),
      Parts.type("BertPreTokenizer"),
      Parts.wordPiece()),
  ROBERTA(true, "null", Parts.byteLevel(true, true), Parts.bytePairs()),
  MODERN_BERT(true, Parts.type("NFC"), Parts.byteLevel(false, true), Parts.bytePairs()),
  LLAMA(
      true,
      "null",
      Parts.sequence("pretokenizers", Parts.LLAMA_SPLIT, Parts.byteLevel(false, false)),
      Parts.bytePairs()),
  XLM(
      true,
      Parts.sequence("normalizers", Parts.type("NFKC"), Parts.ONE_SPACE),
      Parts.METASPACE,
      Parts.unigram()),
  XLM_OLD(
      true,
      Parts.type("NFKC"),
      Parts.sequence("pretokenizers", Parts.type("WhitespaceSplit"), Parts.METASPACE),
      Parts.unigram()),
  ALBERT(
      true,
      Parts.sequence(
          "normalizers",
          Parts.replace("``", "\\\""),
          Parts.type("NFKD"),
          Parts.type("StripAccents"),
          Parts.type("Lowercase"),
          Parts.STRIP,
          Parts.ONE_SPACE),
      Parts.METASPACE,
      Parts.unigram()),
  WORDS(
      true,
      Parts.sequence(
          "normalizers", Parts.type("NFD"), Parts.type("Lowercase"), Parts.type("StripAccents")),
      Parts.sequence("pretokenizers", Parts.type("Whitespace"), Parts.DIGITS),
      Parts.words()),
  WHOLE_UNIGRAM(false, Parts.type("NFKC"), "null", Parts.unigram()),
  WHOLE_PAIRS(false, Parts.replace(" ", "_"), "null", Parts.bytePairs()),
  HIDDEN_SPACES(
      false,
      "null",
      Parts.sequence(
          "pretokenizers",
          Parts.METASPACE.replace("\"split\": true", "\"split\": false"),
          Parts.type("WhitespaceSplit")),
      Parts.unigram()),
  LOOKING_AHEAD(
      false,
      "null",
      "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"a(?=.*z)|\\\\s\"}, \"behavior\":"
          + " \"Isolated\", \"invert\": false}",
      Parts.words()),
  SPACE_REPLACED(false, Parts.replace("a b", "ab"), Parts.type("Whitespace"), Parts.words());

  /** Whether its texts can be cut. */
  final boolean local;

  private final String normalizer;
  private final String pretokenizer;
  private final String model;

  SmallTokenizer(boolean local, String normalizer, String pretokenizer, String model) {
    this.local = local;
    this.normalizer = normalizer;
    this.pretokenizer = pretokenizer;
    this.model = model;
  }

  /**
   * With two special tokens around a text, a token that takes the space before it, and one of
   * spaces.
   */
  String json() {
    String json =
        """
        {"version": "1.0", "truncation": null, "padding": null,
         "added_tokens": [
           {"id": 0, "content": "[UNK]", "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": true},
           {"id": 1, "content": "[SEP]", "single_word": false, "lstrip": false, "rstrip": true,
            "normalized": false, "special": true},
           {"id": 2, "content": "<mask>", "single_word": false, "lstrip": true, "rstrip": false,
            "normalized": true, "special": true}],
         "normalizer": %s, "pre_tokenizer": %s,
         "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 1], "cls": ["[UNK]", 0]},
         "decoder": null, "model": %s}
        """
            .formatted(normalizer, pretokenizer, model);
    if (this != MODERN_BERT) {
      return json;
    }
    // The native library panics where one token takes the spaces that are another.
    return json.replace("\"lstrip\": true", "\"lstrip\": false")
        .replace(
            "\"special\": true}],",
            "\"special\": true}, {\"id\": 3, \"content\": \"  \", \"single_word\": false,"
                + " \"lstrip\": false, \"rstrip\": false, \"normalized\": true, \"special\": false}],");
  }

  /** The parts of a file. */
  private static final class Parts {
    static final String BERT_NORMALIZER =
        "{\"type\": \"BertNormalizer\", \"clean_text\": true, \"handle_chinese_chars\": true,"
            + " \"strip_accents\": null, \"lowercase\": true}";
    static final String METASPACE =
        "{\"type\": \"Metaspace\", \"replacement\": \"\u2581\", \"prepend_scheme\": \"always\","
            + " \"split\": true}";
    static final String STRIP =
        "{\"type\": \"Strip\", \"strip_left\": true, \"strip_right\": true}";
    static final String DIGITS = "{\"type\": \"Digits\", \"individual_digits\": false}";
    static final String ONE_SPACE =
        "{\"type\": \"Replace\", \"pattern\": {\"Regex\": \" {2,}\"}, \"content\": \" \"}";
    static final String LLAMA_SPLIT =
        "{\"type\": \"Split\", \"pattern\": {\"Regex\":"
            + " \"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}{1,3}|"
            + " ?[^\\\\s\\\\p{L}\\\\p{N}]+[\\\\r\\\\n]*|\\\\s*[\\\\r\\\\n]+|\\\\s+(?!\\\\S)|\\\\s+\"},"
            + " \"behavior\": \"Isolated\", \"invert\": false}";

    private static final List<String> PIECES =
        List.of("a", "b", "ab", "s", "ll", "don", "t", "e", "\u00E9", "\u5B57", "\u6F22", ",");

    private Parts() {}

    static String type(String name) {
      return "{\"type\": \"%s\"}".formatted(name);
    }

    static String replace(String pattern, String content) {
      return "{\"type\": \"Replace\", \"pattern\": {\"String\": \"%s\"}, \"content\": \"%s\"}"
          .formatted(pattern, content);
    }

    static String sequence(String name, String... parts) {
      return "{\"type\": \"Sequence\", \"%s\": [%s]}".formatted(name, String.join(", ", parts));
    }

    static String byteLevel(boolean prefixSpace, boolean regex) {
      return "{\"type\": \"ByteLevel\", \"add_prefix_space\": %b, \"trim_offsets\": true, \"use_regex\": %b}"
          .formatted(prefixSpace, regex);
    }

    static String wordPiece() {
      List<String> vocabulary = start();
      for (String piece : PIECES) {
        vocabulary.add(piece);
        vocabulary.add("##" + piece);
      }
      return "{\"type\": \"WordPiece\", \"unk_token\": \"[UNK]\", \"continuing_subword_prefix\":"
          + " \"##\", \"max_input_chars_per_word\": 9, \"vocab\": "
          + numbered(vocabulary)
          + "}";
    }

    static String words() {
      List<String> vocabulary = start();
      vocabulary.addAll(PIECES);
      return "{\"type\": \"WordLevel\", \"unk_token\": \"[UNK]\", \"vocab\": %s}"
          .formatted(numbered(vocabulary));
    }

    static String unigram() {
      List<String> pieces = new ArrayList<>();
      for (String special : start()) {
        pieces.add("[\"%s\", 0.0]".formatted(special));
      }
      pieces.add("[\"\u2581\", -2.0]");
      for (int i = 0; i < PIECES.size(); i++) {
        pieces.add("[\"%s\", %s]".formatted(PIECES.get(i), -1.5 - i / 8.0));
        pieces.add("[\"\u2581%s\", %s]".formatted(PIECES.get(i), -1.0 - i / 4.0));
      }
      return "{\"type\": \"Unigram\", \"unk_id\": 0, \"byte_fallback\": false, \"vocab\": [%s]}"
          .formatted(String.join(", ", pieces));
    }

    /** All bytes as characters, as byte-level tokenizers write them, and a few merges. */
    static String bytePairs() {
      List<String> vocabulary = start();
      for (int b = 0; b < 256; b++) {
        boolean printed = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
        int shifted = b < '!' ? b : b < 0xA1 ? b - 94 : 67;
        String c = Character.toString(printed ? b : 256 + shifted);
        vocabulary.add(c.equals("\"") || c.equals("\\") ? "\\" + c : c);
      }
      List<String> merges = new ArrayList<>();
      for (String merge :
          List.of("a b", "l l", "s \u0120", "\u0120 a", "\u0120a b", "\u0120 \u0120")) {
        vocabulary.add(merge.replace(" ", ""));
        merges.add("\"" + merge + "\"");
      }
      return "{\"type\": \"BPE\", \"dropout\": null, \"unk_token\": null,"
          + " \"continuing_subword_prefix\": null, \"end_of_word_suffix\": null, \"fuse_unk\": false,"
          + " \"vocab\": "
          + numbered(vocabulary)
          + ", \"merges\": ["
          + String.join(", ", merges)
          + "]}";
    }

    private static List<String> start() {
      return new ArrayList<>(List.of("[UNK]", "[SEP]", "<mask>", "  "));
    }

    private static String numbered(List<String> vocabulary) {
      List<String> entries = new ArrayList<>();
      for (int i = 0; i < vocabulary.size(); i++) {
        entries.add("\"%s\": %d".formatted(vocabulary.get(i), i));
      }
      return "{" + String.join(", ", entries) + "}";
    }
  }
}
