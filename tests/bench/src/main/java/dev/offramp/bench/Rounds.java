package dev.offramp.bench;

import dev.offramp.bench.Snapshot.Usage;
import dev.offramp.bench.ThroughputResult.Profile;
import dev.offramp.fit.work.Progress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** Runs opponents against each other, round by round. One thread. */
final class Rounds {
  /** Events of the first look at how fast an opponent is. */
  private static final int FIRST_LOOK = 1000;

  /** So many times more events at most in the next look. */
  private static final int GROWTH = 8;

  /** A look that took this share of a run's time is long enough to go by. */
  private static final double LONG_ENOUGH = 0.25;

  private static final int MOST_EVENTS = 2_000_000;
  private static final int LEAST_EVENTS = 100;

  private record Measured(Meter meter, long residentBytes, long directBytes) {}

  private final Workload workload;
  private final List<Opponent> opponents;
  private final double seconds;
  private final Progress progress;
  private final Map<String, Integer> events = new LinkedHashMap<>();
  private List<Integer> exits;

  /**
   * @param opponents in the order of the first round
   * @param seconds that a run is timed, about
   */
  Rounds(Workload workload, List<Opponent> opponents, double seconds, Progress progress) {
    this.workload = workload;
    this.opponents = opponents;
    this.seconds = seconds;
    this.progress = progress;
    if (opponents.stream().anyMatch(Opponent::needsExits) && offramp() == null) {
      throw new IllegalArgumentException(
          "the bare loop lets events leave where Offramp does: name %s among the opponents too"
              .formatted(Opponents.OFFRAMP));
    }
  }

  /** Warms the JVM up, and finds how many events each opponent classifies in the time. */
  void warmUp() throws Exception {
    // Offramp first: another opponent may need to know where its events leave.
    List<Opponent> order = new ArrayList<>(opponents);
    order.sort((a, b) -> Boolean.compare(a.needsExits(), b.needsExits()));
    for (Opponent opponent : order) {
      events.put(opponent.name(), calibrate(opponent));
    }
  }

  /** How many events every opponent gets. */
  int common() {
    return Collections.min(events.values());
  }

  /** Runs a round; in each the next opponent begins. */
  List<Run> round(int round) throws Exception {
    List<Opponent> order = new ArrayList<>(opponents);
    Collections.rotate(order, 1 - round);
    List<Run> runs = new ArrayList<>();
    for (Opponent opponent : order) {
      Run run = run(opponent, round, measure(opponent, events.get(opponent.name())));
      runs.add(run);
      progress.note(
          String.format(
              Locale.ROOT,
              "  round %d  %-16s %,8.0f events/s   accuracy %s   cost %.3f",
              round,
              run.name(),
              run.eventsPerSecond(),
              run.accuracy() == null ? "  -    " : "%.2f %%".formatted(100 * run.accuracy()),
              run.meanCost()));
    }
    return runs;
  }

  /** Where Offramp's CPU time goes; null if it isn't among the opponents. */
  Profile profile() throws Exception {
    Opponent offramp = offramp();
    if (offramp == null) {
      return null;
    }
    try (CpuProfile profile = new CpuProfile()) {
      // Recording changes classes, which are then compiled anew: not in the run that counts.
      measure(offramp, events.get(offramp.name()));
      Meter meter = measure(offramp, events.get(offramp.name())).meter;
      return new Profile(
          offramp.name(),
          meter.eventsPerSecond(),
          1e6 * meter.usage().cpuSeconds() / meter.timed(),
          profile.shares(meter));
    }
  }

  /**
   * A run's events: about as many as wanted, but whole multiples of the workload where that is at
   * most a third more or less, so that opponents get the same texts.
   */
  static int whole(long wanted, int size) {
    long events = wanted;
    if (3 * wanted >= 2L * size) {
      events = Math.max(1, Math.round(wanted / (double) size)) * size;
    }
    return (int) Math.max(LEAST_EVENTS, Math.min(MOST_EVENTS, events));
  }

  private Opponent offramp() {
    return opponents.stream()
        .filter(o -> o.name().equals(Opponents.OFFRAMP))
        .findAny()
        .orElse(null);
  }

  private int calibrate(Opponent opponent) throws Exception {
    int look = Math.max(LEAST_EVENTS, Math.min(FIRST_LOOK, workload.size()));
    while (true) {
      Meter meter = measure(opponent, look).meter;
      progress.note(
          String.format(
              Locale.ROOT,
              "  warm-up  %-16s %,8.0f events/s",
              opponent.name(),
              meter.eventsPerSecond()));
      int wanted =
          whole(Math.round(meter.eventsPerSecond() * seconds / Meter.TIMED), workload.size());
      boolean longEnough = meter.usage().seconds() >= LONG_ENOUGH * seconds || look >= wanted;
      boolean allSeen = look >= workload.size() || !exitsAreNeededOf(opponent);
      if (longEnough && allSeen) {
        if (opponent == offramp()) {
          exits = meter.exits();
        }
        return wanted;
      }
      look = longEnough ? workload.size() : (int) Math.min(wanted, (long) GROWTH * look);
    }
  }

  private boolean exitsAreNeededOf(Opponent opponent) {
    return opponent == offramp() && opponents.stream().anyMatch(Opponent::needsExits);
  }

  private Measured measure(Opponent opponent, int count) throws Exception {
    Meter meter = new Meter(workload, count, Snapshot::take);
    String id = "offramp-bench-" + UUID.randomUUID();
    // What the run before left is no burden of this one.
    System.gc();
    try (MemoryPeak peak = new MemoryPeak()) {
      opponent.run(new Plan(id, meter, opponent.needsExits() ? exits : null));
      if (!meter.await(0)) {
        throw new IllegalStateException(
            "%s ended with %d of %d predictions"
                .formatted(opponent.name(), meter.count(), meter.events()));
      }
      return new Measured(meter, peak.residentBytes(), peak.directBytes());
    }
  }

  private Run run(Opponent opponent, int round, Measured measured) {
    Meter meter = measured.meter;
    Usage usage = meter.usage();
    int timed = meter.timed();
    Map<String, Long> allocatedBy = new LinkedHashMap<>();
    usage
        .allocatedByKind()
        .forEach(
            (kind, bytes) -> {
              if (kind != ThreadKind.COLLECTOR && kind != ThreadKind.COMPILER) {
                allocatedBy.put(kind.word(), bytes / timed);
              }
            });
    return new Run(
        opponent.name(),
        round,
        meter.events(),
        usage.seconds(),
        meter.eventsPerSecond(),
        meter.accuracy(meter.events()),
        meter.accuracy(common()),
        meter.meanCost(),
        meter.padding(),
        1e6 * usage.cpuSeconds() / timed,
        1e3 * usage.gcSeconds() / usage.seconds(),
        usage.allocatedBytes() / timed,
        allocatedBy,
        measured.residentBytes,
        usage.residentBytes(),
        measured.directBytes);
  }
}
