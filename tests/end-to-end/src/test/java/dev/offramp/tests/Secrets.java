package dev.offramp.tests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Looks for words that nobody may see. */
final class Secrets {
  private final List<String> words;

  Secrets(String... words) {
    this.words = List.of(words);
  }

  /** Fails if one is in a text, which must not be blank: nothing hides nothing. */
  void assertNotIn(String where, String text) {
    assertThat(text).as(where).isNotBlank();
    for (String word : words) {
      // Not by AssertJ's own words: they would print the whole text.
      int at = text.indexOf(word);
      assertThat(at)
          .as(
              "%s holds a secret: %s",
              where, at < 0 ? "" : text.substring(Math.max(0, at - 200), at) + "<the secret>")
          .isNegative();
    }
  }

  /** Fails if one is in an exception or its causes, with all that is printed of them. */
  void assertNotIn(String where, Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace, true));
    assertNotIn(where, trace.toString());
  }

  /**
   * Fails if one is in a file under a folder, in one byte a character or two.
   *
   * @return how many files were read
   */
  int assertNotInFiles(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      String bytes = new String(Files.readAllBytes(file), ISO_8859_1);
      for (String word : words) {
        assertThat(
                Stream.of(ISO_8859_1, UTF_16BE, UTF_16LE)
                    .map(set -> new String(word.getBytes(set), ISO_8859_1))
                    .noneMatch(bytes::contains))
            .as("%s holds a secret", file)
            .isTrue();
      }
    }
    return files.size();
  }
}
