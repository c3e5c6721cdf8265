package dev.offramp.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged and hostile bytes for every target: the kept seeds, and what Jazzer makes of them. */
class FuzzTest {
  @TempDir Path folder;

  static Stream<Target> targets() {
    return Targets.ALL.stream();
  }

  /** Kept seeds are sound inputs, inputs of each kind of damage, and every past finding. */
  @ParameterizedTest
  @MethodSource("targets")
  void keptSeedsKeepTheRule(Target target) throws Exception {
    Rule rule = new Rule(target, target.opening().open(folder));
    List<Path> seeds;
    try (Stream<Path> files = Files.list(JazzerRun.SEEDS.resolve(target.name()))) {
      seeds = files.sorted().toList();
    }
    assertThat(seeds).hasSizeGreaterThanOrEqualTo(2);
    for (Path seed : seeds) {
      byte[] input = Files.readAllBytes(seed);
      assertThat(input.length).as(seed.toString()).isLessThanOrEqualTo(1 << 16);
      try {
        rule.check(input);
      } catch (Exception | Error e) {
        throw new AssertionError(seed + " breaks the rule: " + e, e);
      }
    }
  }

  /**
   * The short form runs Jazzer once, on all targets at once, for {@code fuzz.seconds}; the long
   * form ({@code fuzz.each}) on each by itself for as many seconds, or for the time of its own
   * where those are 0, {@code fuzz.jobs} at once. Writes {@code target/fuzz.md}.
   */
  @Test
  void nothingThatJazzerMakesBreaksTheRule() throws Exception {
    int seconds = Integer.getInteger("fuzz.seconds", 15);
    long seed = Long.getLong("fuzz.seed", 1);
    List<JazzerRun> planned = new ArrayList<>();
    if (Boolean.getBoolean("fuzz.each")) {
      // The long ones first, so that no core waits for the last.
      for (Target t :
          chosen().sorted(Comparator.comparingInt(Target::seconds).reversed()).toList()) {
        Path out = emptied(Path.of("target", "fuzz", t.name()));
        planned.add(new JazzerRun(List.of(t), seconds == 0 ? t.seconds() : seconds, seed, out));
      }
    } else {
      Path out = emptied(Path.of("target", "fuzz", "all"));
      planned.add(new JazzerRun(Targets.ALL, seconds, seed, out));
    }
    ExecutorService jobs = Executors.newFixedThreadPool(Integer.getInteger("fuzz.jobs", 2));
    List<Figures> all = new ArrayList<>();
    try {
      List<Future<Figures>> runs = new ArrayList<>();
      for (JazzerRun run : planned) {
        runs.add(jobs.submit(run::run));
      }
      for (Future<Figures> run : runs) {
        all.add(run.get());
        Figures.write(Path.of("target", "fuzz.md"), all);
      }
    } finally {
      jobs.shutdownNow();
    }
    SoftAssertions.assertSoftly(
        softly -> {
          for (Figures figures : all) {
            softly.assertThat(figures.findings()).as(figures.target()).isEmpty();
            softly.assertThat(figures.executions()).as(figures.target()).isPositive();
          }
        });
  }

  private static Stream<Target> chosen() {
    List<String> asked =
        Arrays.stream(System.getProperty("fuzz.targets", "").split(","))
            .filter(name -> !name.isBlank())
            .toList();
    return asked.isEmpty() ? targets() : asked.stream().map(Targets::named);
  }

  /** The corpus of the last run stays: it is where the next one goes on. */
  private static Path emptied(Path out) throws Exception {
    Files.createDirectories(out);
    try (Stream<Path> files = Files.list(out)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    return out;
  }
}
