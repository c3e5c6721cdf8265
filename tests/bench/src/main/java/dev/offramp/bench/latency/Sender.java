package dev.offramp.bench.latency;

import dev.offramp.runtime.Ticker;
import java.util.function.LongConsumer;
import org.HdrHistogram.Histogram;

/**
 * Sends events on their own clock: it sleeps until the next one is due and then sends all that are,
 * and each carries the time when it was due. So a sender that is held up loses no arrival and hides
 * none: what it sends late has waited already. One thread.
 */
final class Sender {
  private static final long STEP_MICROS = 1_000;
  private static final int DIGITS = 3;

  /** Where events go. */
  interface Outlet {
    /**
     * Takes an event; may block.
     *
     * @param number of the event
     * @param dueMicros when it arrived, microseconds since the epoch
     */
    void send(long number, long dueMicros);
  }

  private final Outlet outlet;
  private final Ticker ticker;
  private final LongConsumer pause;

  /**
   * @param pause sleeps for about so many nanoseconds
   */
  Sender(Outlet outlet, Ticker ticker, LongConsumer pause) {
    this.outlet = outlet;
    this.ticker = ticker;
    this.pause = pause;
  }

  /**
   * Sends all arrivals, until the last is sent.
   *
   * @param measureFrom events that arrive from then on count, microseconds since the epoch
   * @return how long after they were due those that count were sent, microseconds
   */
  Histogram send(Arrivals arrivals, long measureFrom) {
    Histogram delays = new Histogram(DIGITS);
    long next = arrivals.first();
    while (next < arrivals.end()) {
      long due = arrivals.dueMicros(next);
      long now = ticker.micros();
      if (due > now) {
        pause.accept(1_000 * Math.min(due - now, STEP_MICROS));
        continue;
      }
      outlet.send(next, due);
      if (due >= measureFrom) {
        delays.recordValue(now - due);
      }
      next++;
    }
    return delays;
  }
}
