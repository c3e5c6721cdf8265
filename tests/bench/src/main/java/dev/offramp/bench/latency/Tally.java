package dev.offramp.bench.latency;

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

  void add(Prediction prediction, long latencyMicros) {
    latencies.recordValue(latencyMicros);
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
        millis(50),
        millis(99),
        millis(99.9),
        latencies.getMaxValue() / 1e3,
        late / events,
        markedLate / events,
        forced / events,
        right / events,
        cost / events,
        shares);
  }

  private double millis(double percentile) {
    return latencies.getValueAtPercentile(percentile) / 1e3;
  }
}
