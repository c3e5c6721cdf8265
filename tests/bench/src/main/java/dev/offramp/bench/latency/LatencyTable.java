package dev.offramp.bench.latency;

import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The figures as lines of text. Latencies are from the scheduled arrival: to the tap (p50 to max),
 * to when the prediction was made (made), and to when the event was sent (sent).
 */
final class LatencyTable {
  static final String HEAD =
      String.format(
          Locale.ROOT,
          "%7s %6s %8s | %7s %7s %7s %7s %8s %8s ms | %7s %7s %7s | %8s %6s | %15s | %s",
          "budget",
          "load",
          "events/s",
          "p50",
          "p99",
          "p99.9",
          "max",
          "made p99",
          "sent p99",
          "late",
          "marked",
          "forced",
          "accuracy",
          "cost",
          "backlog",
          "points");

  private static final double WORTH_NAMING = 0.005;

  private LatencyTable() {}

  static String line(Cell cell) {
    LatencyFigures f = cell.figures();
    return String.format(
        Locale.ROOT,
        "%4.0f ms %4.0f %% %8.0f | %7.1f %7.1f %7.1f %7.1f %8.1f %8.1f    | %5.1f %% %5.1f %% %5.1f %% | %6.2f %% %6.3f | %6d to %5d | %s",
        cell.budgetMillis(),
        100 * cell.load(),
        cell.eventsPerSecond(),
        f.p50Millis(),
        f.p99Millis(),
        f.p999Millis(),
        f.maxMillis(),
        f.madeP99Millis(),
        cell.sender().p99DelayMillis(),
        100 * f.shareLate(),
        100 * f.shareMarkedLate(),
        100 * f.shareForced(),
        100 * f.accuracy(),
        f.meanCost(),
        cell.backlogAtBegin(),
        cell.backlogAtEnd(),
        points(f.points()));
  }

  static String line(Burst burst) {
    return String.format(
        Locale.ROOT,
        "%4.0f ms  burst of 1 s at ten times the rate: p99 within the budget again %s, largest backlog %d, late %.1f %%, forced %.1f %%, nothing lost",
        burst.all().budgetMillis(),
        burst.recoveredAfterSeconds() == null
            ? "not within what was watched"
            : "%.1f s after its end".formatted(burst.recoveredAfterSeconds()),
        burst.largestBacklog(),
        100 * burst.all().figures().shareLate(),
        100 * burst.all().figures().shareForced());
  }

  private static String points(Map<String, Double> shares) {
    return shares.entrySet().stream()
        .filter(e -> e.getValue() >= WORTH_NAMING)
        .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
        .map(e -> "%s %.0f %%".formatted(e.getKey(), 100 * e.getValue()))
        .collect(Collectors.joining(", "));
  }
}
