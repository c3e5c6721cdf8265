package dev.offramp.fuzz;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Intake;
import dev.offramp.runtime.RejectedEventException;
import dev.offramp.schemas.Event;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts of all of Unicode and of great length, for a plain tokenizer and for BERT's. */
class TextsTest {
  private static final int MEBI = 1 << 20;

  /** A letter, blanks, marks of either kind, a pair, a Han, Arabic and Hangul one, a ligature. */
  private static final List<String> ONES =
      List.of(
          "a",
          " ",
          "\u00A0",
          "\u0000",
          "\uFFFD",
          "\u0301",
          "\u200F",
          "\u202E",
          "\uFEFF",
          "\u200D",
          "\uD83D\uDE00",
          "\u4E2D",
          "\u0628",
          "\uAC00",
          "\uFDFA",
          "\n",
          "#",
          "[UNK]",
          "w1");

  @TempDir Path folder;

  private Reader plain() throws IOException {
    return new IntakeTarget(folder);
  }

  /** BERT's normalizer, words into pieces, and the special tokens. */
  private Reader bert() throws IOException {
    BundleBench bundle = new BundleBench(folder);
    try (InputStream in = TextsTest.class.getResourceAsStream("/all-minilm-l6-v2-tokenizer.json")) {
      bundle.tokenizer(in.readAllBytes());
    }
    Intake intake = Intake.open(Bundle.open(bundle.folder()));
    return input -> {
      try {
        intake.accept(
            new Event("e", new String(input, 1, input.length - 1, UTF_16BE), null, null), null, 0);
      } catch (RejectedEventException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    };
  }

  private static byte[] input(String text) {
    byte[] chars = new byte[1 + 2 * text.length()];
    chars[0] = 1;
    for (int i = 0; i < text.length(); i++) {
      chars[1 + 2 * i] = (byte) (text.charAt(i) >> 8);
      chars[2 + 2 * i] = (byte) text.charAt(i);
    }
    return chars;
  }

  private static void check(Reader reader, List<String> texts) throws Exception {
    Rule rule = new Rule(Targets.named("intake"), reader);
    for (String text : texts) {
      try {
        rule.check(input(text));
      } catch (Exception | AssertionError e) {
        String begin =
            text.codePoints().limit(8).mapToObj("U+%04X "::formatted).reduce("", String::concat);
        throw new AssertionError("%d characters, %s".formatted(text.length(), begin), e);
      }
    }
  }

  @Test
  void aMebibyteOfOneCharacterIsServedOrRefused() throws Exception {
    List<String> texts = ONES.stream().map(one -> one.repeat(MEBI / one.length())).toList();
    check(plain(), texts);
    check(bert(), texts);
  }

  @Test
  void everyBlockOfUnicodeIsServedOrRefused() throws Exception {
    List<String> texts = new ArrayList<>();
    Random random = new Random(7);
    for (List<Integer> block : blocks().values()) {
      texts.add(block.stream().limit(50).map(Character::toString).reduce("", String::concat));
      StringBuilder mixed = new StringBuilder("w1 ");
      for (int i = 0; i < 30; i++) {
        mixed.appendCodePoint(block.get(random.nextInt(block.size())));
      }
      texts.add(mixed.toString());
    }
    assertThat(texts).hasSizeGreaterThan(600);
    check(plain(), texts);
    check(bert(), texts);
  }

  /** Code points by block, halves of surrogate pairs among them. */
  private static Map<String, List<Integer>> blocks() {
    Map<String, List<Integer>> blocks = new TreeMap<>();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      Character.UnicodeBlock block = Character.UnicodeBlock.of(c);
      if (block != null) {
        blocks.computeIfAbsent(block.toString(), key -> new ArrayList<>()).add(c);
      }
    }
    return blocks;
  }
}
