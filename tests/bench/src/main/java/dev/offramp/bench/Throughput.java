package dev.offramp.bench;

import dev.offramp.bench.ThroughputResult.Profile;
import dev.offramp.bench.ThroughputResult.Subject;
import dev.offramp.bench.ThroughputResult.Summary;
import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.work.Progress;
import dev.offramp.runtime.Bundle;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * How many events a second Offramp and its opponents classify. In each round every opponent runs
 * once, the order rotates from round to round, and speeds are compared within a round: what else
 * the machine does then meets all of them alike. How many events an opponent gets is found in a
 * round that doesn't count, so that a run lasts about as long for each. One thread.
 */
public final class Throughput {
  private final Progress progress;
  private final InstantSource clock;

  /**
   * @param progress hears of each run
   */
  public Throughput(Progress progress, InstantSource clock) {
    this.progress = progress;
    this.clock = clock;
  }

  /**
   * What is measured, and how.
   *
   * @param point operating point of those that leave early; null: the bundle's default
   * @param opponents names, in the order of the first round
   * @param rounds that count, at least 1
   * @param seconds that a run is timed, about
   * @param parallelism subtasks of each operator
   * @param profile whether Offramp runs once more to see where CPU time goes
   * @param overrides options of the job, {@code key=value} each
   */
  public record Options(
      String point,
      List<String> opponents,
      int rounds,
      double seconds,
      int parallelism,
      boolean profile,
      List<String> overrides) {
    /** The opponents that are compared unless others are asked for. */
    public static final List<String> OPPONENTS = List.of("a", "b", "c", "d", "d-memory", "e");

    /** Checks the ranges. */
    public Options {
      opponents = List.copyOf(opponents);
      overrides = List.copyOf(overrides);
      if (opponents.isEmpty() || opponents.stream().distinct().count() < opponents.size()) {
        throw new IllegalArgumentException("each opponent must be named once: " + opponents);
      }
      if (rounds < 1) {
        throw new IllegalArgumentException("rounds must be 1 or more: " + rounds);
      }
      if (!(seconds > 0)) {
        throw new IllegalArgumentException("seconds must be positive: " + seconds);
      }
      if (parallelism < 1) {
        throw new IllegalArgumentException("parallelism must be 1 or more: " + parallelism);
      }
    }
  }

  /**
   * Measures.
   *
   * @param data its test examples are the events
   * @param work folder for checkpoints
   * @throws IllegalArgumentException there is no such point or opponent, or the data are no texts
   * @throws IllegalStateException a run failed, lost an event or predicted one twice
   */
  public ThroughputResult run(Bundle bundle, Dataset data, Options options, Path work)
      throws Exception {
    Machine machine = Machine.here(clock);
    String point = options.point == null ? bundle.manifest().defaultPoint() : options.point;
    bundle.manifest().point(point);
    Workload workload = new Workload(data, bundle.manifest().provenance().seed());
    Ground ground =
        new Ground(bundle, point, workload, options.parallelism, options.overrides, work);
    try (KafkaFeed kafka = new KafkaFeed(ground)) {
      Opponents known = new Opponents(ground, kafka, new MemorySource(), machine.cores());
      List<Opponent> opponents = known.named(options.opponents);
      Rounds rounds = new Rounds(workload, opponents, options.seconds, progress);
      rounds.warmUp();
      List<Run> runs = new ArrayList<>();
      for (int round = 1; round <= options.rounds; round++) {
        runs.addAll(rounds.round(round));
      }
      Profile profile = options.profile ? rounds.profile() : null;
      Subject subject =
          new Subject(
              bundle.manifest().id(),
              bundle.manifest().provenance().backbone(),
              data.name(),
              workload.size(),
              rounds.common(),
              point,
              ground.fullPoint(),
              options.parallelism,
              options.rounds,
              options.overrides);
      return new ThroughputResult(
          Ratio.all(runs), summaries(opponents, runs), runs, profile, subject, machine);
    }
  }

  private static List<Summary> summaries(List<Opponent> opponents, List<Run> runs) {
    return opponents.stream()
        .map(
            o ->
                new Summary(
                    o.name(),
                    o.description(),
                    Ratio.of(
                        runs.stream()
                            .filter(r -> r.name().equals(o.name()))
                            .mapToDouble(Run::eventsPerSecond)
                            .toArray())))
        .toList();
  }
}
