package dev.offramp.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.runtime.TinyBundle;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long checkpoints take while many long texts wait for the network, with short ones behind
 * them. System properties: {@code long.texts}, how many; {@code long.texts.characters} of each;
 * {@code long.texts.bundle}, the folder of a bundle that reads text, else a tiny one.
 */
@Tag("soak")
@Timeout(1800)
class LongTextsTest {
  private static final long CHECKPOINT_MILLIS = 500;

  @TempDir Path folder;

  @Test
  void checkpointsDoNotWaitForLongTexts() throws Exception {
    long count = Long.getLong("long.texts", 60);
    int characters = Integer.getInteger("long.texts.characters", 1_000_000);
    String given = System.getProperty("long.texts.bundle", "");
    Path bundle = given.isEmpty() ? folder.resolve("bundle") : Path.of(given);
    if (given.isEmpty()) {
      TinyBundle.writeText(bundle);
    }
    TextJob.Texts texts = number -> number < count ? text(number, characters) : "w1 w2 w3";
    long begun = System.nanoTime();
    try (TextJob job =
        new TextJob(bundle, folder.resolve("checkpoints"), CHECKPOINT_MILLIS, texts, count)) {
      job.await(count);
      double seconds = (System.nanoTime() - begun) / 1e9;
      int during = job.checkpointSeconds().size();
      // The one that was going on, or the first.
      job.awaitCheckpoints(during + 1);
      double longest = job.checkpointSeconds().stream().mapToDouble(s -> s).max().orElseThrow();
      System.out.printf(
          Locale.ROOT,
          "%d texts of %d characters: served after %.1f s, longest checkpoint %.2f s of %d%n",
          count,
          characters,
          seconds,
          longest,
          during + 1);
      assertThat(job.deadLetters()).isZero();
      assertThat(longest).as("seconds of the longest checkpoint").isLessThan(10);
    }
  }

  /** Words of two to nine characters, other ones in each text. */
  private static String text(long number, int characters) {
    StringBuilder text = new StringBuilder(characters + 10);
    for (int i = 0; text.length() < characters; i++) {
      text.append("abcdefgh", 0, 1 + (int) ((number + i * 7L) % 8)).append(' ');
    }
    return text.toString();
  }
}
