package dev.offramp.bench.latency;

import dev.offramp.runtime.Ticker;
import dev.offramp.schemas.ExitReason;
import dev.offramp.schemas.Prediction;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** Counts predictions and their latencies, to a thousandth of each. One thread at a time. */
final class Tally {
  private static final int DIGITS = 3;

  private final long budgetMicros;
  private final Function<String, String> truth;
  private final Histogram latencies = new Histogram(DIGITS);
  private final Histogram made = new Histogram(DIGITS);
  private final Map<String, Long> points = new TreeMap<>();
  private long late;
  private long markedLate;
  private long forced;
  private long right;
  private double cost;

  /**
   * @param truth the label of the event of an id
   */
  Tally(long budgetMicros, Function<String, String> truth) {
    this.budgetMicros = budgetMicros;
    this.truth = truth;
  }

  /**
   * Counts a prediction.
   *
   * @param dueMicros when its event arrived, microseconds since the epoch
   */
  void add(Prediction prediction, long dueMicros, long latencyMicros) {
    latencies.recordValue(latencyMicros);
    long emitted = Ticker.micros(prediction.getTiming().getEmittedAt());
    made.recordValue(Math.max(0, emitted - dueMicros));
    late += latencyMicros > budgetMicros ? 1 : 0;
    markedLate += prediction.getTiming().getLate() ? 1 : 0;
    forced += prediction.getExit().getReason() == ExitReason.DEADLINE ? 1 : 0;
    right += prediction.getLabel().equals(truth.apply(prediction.getEventId())) ? 1 : 0;
    cost += prediction.getCost();
    points.merge(prediction.getModel().getPoint(), 1L, Long::sum);
  }

  LatencyFigures figures() {
    double events = latencies.getTotalCount();
    Map<String, Double> shares = new TreeMap<>();
    points.forEach((point, count) -> shares.put(point, count / events));
    return new LatencyFigures(
        latencies.getTotalCount(),
        millis(latencies, 50),
        millis(latencies, 99),
        millis(latencies, 99.9),
        latencies.getMaxValue() / 1e3,
        millis(made, 50),
        millis(made, 99),
        late / events,
        markedLate / events,
        forced / events,
        right / events,
        cost / events,
        shares);
  }

  private static double millis(Histogram histogram, double percentile) {
    return histogram.getValueAtPercentile(percentile) / 1e3;
  }
}
