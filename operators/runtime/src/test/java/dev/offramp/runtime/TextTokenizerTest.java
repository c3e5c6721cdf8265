package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.offramp.runtime.TextTokenizer.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTokenizerTest {
  /** What makes texts hard to cut. */
  private static final List<String> FRAGMENTS =
      List.of(
          "a",
          "b",
          "ab",
          "abab",
          "don't",
          "it'",
          "s",
          "'ll",
          "'",
          "12",
          "3",
          "4567",
          "A",
          ",",
          "...",
          " ",
          "  ",
          "     ",
          "\t",
          "\n",
          "\r\n",
          "\u00A0",
          "\u2028",
          "\u3000",
          "\u0085",
          "\u00E9",
          "e\u0301",
          "\u0301",
          "\u0327\u0301",
          "\u0345",
          "\u00E4\u00DF",
          "\u0130",
          "\u03A3",
          "\u5B57",
          "\u6F22\u5B57",
          "\uFF0C",
          "\u3002",
          "\u3042",
          "\u304B\u3099",
          "\uFF76\uFF9E",
          "\uD55C",
          "\u1112\u1161\u11AB",
          "\u1161",
          "\u3164",
          "\u115F",
          "\u0E19\u0E33",
          "\u0E33",
          "\u0600",
          "\u0D4E",
          "\u0915\u094D",
          "\u200D",
          "\u200B",
          "\uFEFF",
          "\uFFFD",
          "\u0000",
          "\uFE70",
          "\uFDFA",
          "\u00A8",
          "\u2581",
          "\u0120",
          "_",
          "``",
          "-",
          "xyzxyzxyzxyz",
          "\uD83D\uDE00",
          "\uD83D\uDC68\u200D\uD83D\uDC69",
          "\uD83C\uDDE9\uD83C\uDDEA",
          "\uD83D\uDC4D\uD83C\uDFFD",
          "\uD842\uDFB7",
          "<mask>",
          "[SEP]",
          "<ma",
          "sk>",
          "z");

  @TempDir Path folder;

  @Provide
  Arbitrary<String> nastyTexts() {
    Arbitrary<String> words = Arbitraries.of("a", " a", " ab", " b", "\u5B57", " don't", "ab ");
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(3, words), net.jqwik.api.Tuple.of(2, Arbitraries.of(FRAGMENTS)))
        .list()
        .ofMinSize(1)
        .ofMaxSize(60)
        .map(parts -> String.join("", parts));
  }

  private static Path file(SmallTokenizer kind) throws IOException {
    Path file = Files.createTempFile("tokenizer", ".json");
    file.toFile().deleteOnExit();
    return Files.writeString(file, kind.json());
  }

  @Property(tries = 200)
  void tokensBeforeACutAreTheFirstOfTheWholeText(
      @ForAll SmallTokenizer kind,
      @ForAll @Size(min = 20, max = 20) List<@net.jqwik.api.From("nastyTexts") String> texts)
      throws IOException {
    Path file = file(kind);
    TextCuts cuts = TokenizerFile.cuts(file);
    assertThat(cuts.any()).isEqualTo(kind.local);
    try (HuggingFaceTokenizer tokenizer = TokenizerFile.open(file, 100_000)) {
      for (String text : texts) {
        long[] whole = tokenizer.encode(text, false, false).getIds();
        for (int end = cuts.next(text, 1); end < text.length(); end = cuts.next(text, end + 1)) {
          long[] part = tokenizer.encode(text.substring(0, end), false, false).getIds();
          assertThat(part)
              .as("%s: '%s' cut at %d", kind, text, end)
              .isEqualTo(Arrays.copyOf(whole, part.length));
          assertThat(Character.isLowSurrogate(text.charAt(end))).isFalse();
        }
      }
    }
    Files.delete(file);
  }

  @Property(tries = 200)
  void idsAndTruncationAreThoseOfTheWholeText(
      @ForAll SmallTokenizer kind,
      @ForAll @IntRange(min = 3, max = 12) int maxTokens,
      @ForAll @Size(min = 20, max = 20) List<@net.jqwik.api.From("nastyTexts") String> texts)
      throws IOException {
    Path file = file(kind);
    try (HuggingFaceTokenizer plain = TokenizerFile.open(file, maxTokens);
        TextTokenizer tokenizer = TextTokenizer.open(file, maxTokens)) {
      List<Tokens> together = tokenizer.encodeAll(texts);
      for (int i = 0; i < texts.size(); i++) {
        Encoding expected = plain.encode(texts.get(i));
        for (Tokens tokens : List.of(tokenizer.encode(texts.get(i)), together.get(i))) {
          assertThat(tokens.ids()).as("%s: '%s'", kind, texts.get(i)).isEqualTo(expected.getIds());
          assertThat(tokens.truncated()).isEqualTo(expected.exceedMaxLength());
        }
        assertThat(tokenizer.work(texts.get(i))).isPositive();
      }
    }
    Files.delete(file);
  }

  @Test
  void textsOfEveryScriptAreCutNearTheFirstPart() throws IOException {
    TextCuts bert = TokenizerFile.cuts(file(SmallTokenizer.BERT));
    TextCuts roberta = TokenizerFile.cuts(file(SmallTokenizer.ROBERTA));
    TextCuts xlm = TokenizerFile.cuts(file(SmallTokenizer.XLM));
    for (String words :
        List.of("a word ", "\u0441\u043B\u043E\u0432\u043E ", "\u00E9t\u00E9 ", "\uD55C\uAD6D ")) {
      for (TextCuts cuts : List.of(bert, roberta, xlm)) {
        assertThat(cuts.next(words.repeat(1000), 100)).isBetween(100, 107);
      }
    }
    String chinese = "\u6F22\u5B57\uFF0C".repeat(1000);
    assertThat(bert.next(chinese, 100)).isBetween(100, 102);
    assertThat(roberta.next(chinese, 100)).isBetween(100, 102);
    assertThat(xlm.next(chinese, 100)).as("one word").isEqualTo(chinese.length());
    assertThat(TextCuts.NONE.next("a word ".repeat(10), 1)).isEqualTo(70);
  }

  @Test
  void restOfALongTextIsNotRead() throws IOException {
    // A tokenizer without a token for unknown words fails on a text that holds one.
    String json =
        SmallTokenizer.WORDS.json().replace("\"unk_token\": \"[UNK]\"", "\"unk_token\": \"[NO]\"");
    Path file = Files.writeString(folder.resolve("tokenizer.json"), json);
    try (TextTokenizer tokenizer = TextTokenizer.open(file, 8)) {
      String known = "a b ".repeat(300_000);
      assertThatThrownBy(() -> tokenizer.encode("a unknown")).isInstanceOf(RuntimeException.class);
      Tokens tokens = tokenizer.encode(known + "unknown");
      assertThat(tokens.ids()).hasSize(8);
      assertThat(tokens.truncated()).isTrue();
      assertThat(tokenizer.encode(" ".repeat(100_000) + known + "unknown").ids())
          .as("spaces first")
          .isEqualTo(tokens.ids());
      assertThat(tokenizer.encodeAll(List.of(known + "unknown")).get(0).ids())
          .isEqualTo(tokens.ids());
    }
  }

  @Test
  void workOfATextIsItsTokensOrWhatMustBeReadToFindThem() throws IOException {
    try (TextTokenizer bert = TextTokenizer.open(file(SmallTokenizer.BERT), 128);
        TextTokenizer whole = TextTokenizer.open(file(SmallTokenizer.WHOLE_UNIGRAM), 128)) {
      String words = "some words ".repeat(100_000);
      for (TextTokenizer tokenizer : List.of(bert, whole)) {
        assertThat(tokenizer.work("what is the weather like in Berlin")).isBetween(8, 16);
        assertThat(tokenizer.work("\u6F22\u5B57".repeat(20))).isBetween(40, 44);
        assertThat(tokenizer.work(words.substring(0, 1000))).isEqualTo(128);
      }
      assertThat(bert.work(words)).isEqualTo(128);
      assertThat(whole.work(words)).as("all of it is tokenized").isGreaterThan(50_000);
      assertThat(bert.work(" ".repeat(1_000_000))).isGreaterThan(50_000);
    }
  }
}
