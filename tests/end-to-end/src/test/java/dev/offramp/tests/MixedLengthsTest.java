package dev.offramp.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.runtime.TinyBundle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Resident memory of a job over many events whose texts have 1 to 128 tokens, by several
 * distributions of length. System properties: {@code mixed.events}, how many; {@code mixed.bundle},
 * the folder of a bundle that reads text, else a tiny one of 128 tokens.
 */
@Tag("soak")
@Timeout(3600)
class MixedLengthsTest {
  private static final int SAMPLES = 30;
  private static final int MAX_TOKENS = 128;

  /** More than garbage and the allocators' leftovers differ by; a leak of 1 KiB an event is 100. */
  private static final long MOST_GROWTH_KIB = 32 << 10;

  /** How long texts are. */
  enum Lengths {
    EVENLY_MIXED,
    MOSTLY_SHORT,
    MOSTLY_LONG,
    SHORT_THEN_LONG;

    int of(long number) {
      Random random = new Random(number);
      int any = 1 + random.nextInt(MAX_TOKENS);
      double share = random.nextDouble();
      return switch (this) {
        case EVENLY_MIXED -> any;
        case MOSTLY_SHORT -> 1 + (int) ((MAX_TOKENS - 1) * share * share * share * share);
        case MOSTLY_LONG -> MAX_TOKENS - (int) ((MAX_TOKENS - 1) * share * share * share * share);
        case SHORT_THEN_LONG -> number % 20_000 < 10_000 ? 1 + any / 10 : any;
      };
    }
  }

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Lengths.class)
  void residentMemoryIsFlatAtTheEnd(Lengths lengths) throws Exception {
    long events = Long.getLong("mixed.events", 300_000);
    String given = System.getProperty("mixed.bundle", "");
    Path bundle = given.isEmpty() ? folder.resolve("bundle") : Path.of(given);
    if (given.isEmpty()) {
      TinyBundle.writeText(bundle, MAX_TOKENS);
    }
    List<Long> residentKiB = new ArrayList<>();
    try (TextJob job =
        new TextJob(
            bundle,
            folder.resolve("checkpoints"),
            1000,
            number -> "w1 ".repeat(lengths.of(number)),
            Long.MAX_VALUE)) {
      for (int i = 1; i <= SAMPLES; i++) {
        job.await(i * events / SAMPLES);
        residentKiB.add(Footprint.measure().residentKiB());
      }
      assertThat(job.deadLetters()).isZero();
    }
    System.out.printf(
        Locale.ROOT, "%s, %d events, resident MiB: %s%n", lengths, events, mebibytes(residentKiB));
    long growth = median(residentKiB, 25, 30) - median(residentKiB, 15, 20);
    assertThat(growth).as("KiB more at the end than in the middle").isLessThan(MOST_GROWTH_KIB);
  }

  private static long median(List<Long> samples, int from, int end) {
    return samples.subList(from, end).stream().sorted().skip((end - from) / 2).findFirst().get();
  }

  private static List<Long> mebibytes(List<Long> kibibytes) {
    return kibibytes.stream().map(k -> k >> 10).toList();
  }
}
