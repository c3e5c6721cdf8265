package dev.offramp.bench.latency;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What came out when, in windows of 200 ms by the time it came out. One thread at a time.
 *
 * @see Window
 */
final class Timeline {
  static final long WINDOW_MICROS = 200_000;
  private static final int DIGITS = 3;

  private final Arrivals arrivals;
  private final List<Histogram> latencies = new ArrayList<>();

  Timeline(Arrivals arrivals) {
    this.arrivals = arrivals;
  }

  /**
   * An event came out.
   *
   * @param nowMicros when, microseconds since the epoch
   * @param latencyMicros since its arrival
   */
  void emitted(long nowMicros, long latencyMicros) {
    int window = (int) Math.max(0, (nowMicros - arrivals.startMicros()) / WINDOW_MICROS);
    while (latencies.size() <= window) {
      latencies.add(new Histogram(DIGITS));
    }
    latencies.get(window).recordValue(latencyMicros);
  }

  /** The windows from the first arrival to the end of the schedule. */
  List<Window> windows() {
    List<Window> windows = new ArrayList<>();
    long emitted = 0;
    long due = 0;
    int count = (int) ((arrivals.schedule().lengthMicros() + WINDOW_MICROS - 1) / WINDOW_MICROS);
    for (int w = 0; w < count; w++) {
      Histogram came = w < latencies.size() ? latencies.get(w) : new Histogram(DIGITS);
      emitted += came.getTotalCount();
      long dueNow = arrivals.schedule().dueBy((w + 1) * WINDOW_MICROS - 1);
      windows.add(
          new Window(
              w * WINDOW_MICROS / 1e6,
              perSecond(dueNow - due),
              perSecond(came.getTotalCount()),
              dueNow - emitted,
              came.getTotalCount() == 0 ? null : came.getValueAtPercentile(99) / 1e3));
      due = dueNow;
    }
    return windows;
  }

  private static double perSecond(long events) {
    return events * 1e6 / WINDOW_MICROS;
  }
}
