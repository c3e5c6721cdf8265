package dev.offramp.bench;

import dev.offramp.bench.ThroughputResult.Profile;
import dev.offramp.bench.ThroughputResult.Subject;
import dev.offramp.bench.ThroughputResult.Summary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A throughput benchmark's figures as lines for a terminal. */
public final class ThroughputTable {
  private static final double MIB = 1 << 20;

  private ThroughputTable() {}

  /** The lines. */
  public static List<String> lines(ThroughputResult result) {
    Subject s = result.subject();
    Machine m = result.machine();
    List<String> lines = new ArrayList<>();
    lines.add(
        line(
            "%s on %s: bundle %s, point %s against %s; %d events, rounds: %d",
            s.backbone(), s.data(), s.bundle(), s.point(), s.fullPoint(), s.events(), s.rounds()));
    lines.add(
        line(
            "%s, %d cores, parallelism %d, load %.2f when it began, %s",
            m.cpu(), m.cores(), s.parallelism(), m.loadAverage(), m.date()));
    lines.add("");
    lines.add(
        "                  events/s      (min to max)   accuracy    same events    cost   padding   CPU us   KiB allocated   peak MiB   grown");
    for (Summary summary : result.opponents()) {
      lines.add(row(summary, result.runs()));
    }
    lines.add("");
    for (Summary summary : result.opponents()) {
      lines.add(line("  %-16s %s", summary.name(), summary.description()));
    }
    lines.add("");
    result
        .ratios()
        .forEach(
            (pair, r) ->
                lines.add(
                    line("  %-20s %6.3f  (%.3f to %.3f)", pair, r.median(), r.min(), r.max())));
    if (result.profile() != null) {
      lines.add("");
      lines.add(profile(result.profile()));
    }
    return lines;
  }

  private static String row(Summary summary, List<Run> all) {
    List<Run> runs = all.stream().filter(r -> r.name().equals(summary.name())).toList();
    Ratio rate = summary.eventsPerSecond();
    return line(
        "  %-14s %,9.0f %,9.0f to %,7.0f   %s      %s     %.3f   %s   %6.0f   %s   %,8.0f   %,5.0f",
        summary.name(),
        rate.median(),
        rate.min(),
        rate.max(),
        percent(runs, Run::accuracy),
        percent(runs, Run::accuracyOfCommon),
        median(runs, Run::meanCost),
        percent(runs, Run::padding),
        median(runs, Run::cpuMicrosPerEvent),
        allocated(runs),
        runs.stream().mapToLong(Run::peakResidentBytes).max().orElse(0) / MIB,
        runs.stream().mapToLong(Run::residentGrowthBytes).max().orElse(0) / MIB);
  }

  /** In all, and by the threads that run the network. */
  private static String allocated(List<Run> runs) {
    double all = median(runs, r -> (double) r.allocatedBytesPerEvent());
    double runner =
        median(
            runs,
            r -> (double) r.allocatedBytesPerEventBy().getOrDefault(ThreadKind.RUNNER.word(), 0L));
    return line("%5.1f (%5.1f)", all / 1024, runner / 1024);
  }

  private static String profile(Profile profile) {
    return line(
        "  CPU of %s, %.0f us an event: %s",
        profile.name(),
        profile.cpuMicrosPerEvent(),
        profile.shares().entrySet().stream()
            .sorted(Comparator.comparing(e -> -e.getValue()))
            .map(e -> line("%s %.1f %%", e.getKey(), 100 * e.getValue()))
            .collect(Collectors.joining(", ")));
  }

  private static String percent(List<Run> runs, Function<Run, Double> figure) {
    boolean none = runs.stream().map(figure).anyMatch(Objects::isNull);
    return none ? "   -   " : line("%5.2f %%", 100 * median(runs, figure));
  }

  private static double median(List<Run> runs, Function<Run, Double> figure) {
    return Ratio.of(runs.stream().mapToDouble(figure::apply).toArray()).median();
  }

  private static String line(String format, Object... args) {
    return String.format(Locale.ROOT, format, args);
  }
}
