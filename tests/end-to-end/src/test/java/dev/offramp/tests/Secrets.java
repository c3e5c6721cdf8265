package dev.offramp.tests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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
   * Fails if one is in a file under a folder, in one byte a character or two. What goes while it
   * looks, as the files of a checkpoint that was given up, hides nothing.
   *
   * @return how many files were read
   */
  int assertNotInFiles(Path folder) throws IOException {
    AtomicInteger read = new AtomicInteger();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            try {
              assertNotInBytes(file, Files.readAllBytes(file));
              read.incrementAndGet();
              return FileVisitResult.CONTINUE;
            } catch (NoSuchFileException gone) {
              return visitFileFailed(file, gone);
            }
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            return failure == null ? FileVisitResult.CONTINUE : visitFileFailed(visited, failure);
          }
        });
    return read.get();
  }

  private void assertNotInBytes(Path file, byte[] content) {
    String bytes = new String(content, ISO_8859_1);
    for (String word : words) {
      assertThat(
              Stream.of(ISO_8859_1, UTF_16BE, UTF_16LE)
                  .map(set -> new String(word.getBytes(set), ISO_8859_1))
                  .noneMatch(bytes::contains))
          .as("%s holds a secret", file)
          .isTrue();
    }
  }
}
