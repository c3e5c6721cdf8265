package dev.offramp.bench.latency;

/**
 * A fifth of a second.
 *
 * @param second when it begins, from the first arrival
 * @param arrivedPerSecond events that were due in it
 * @param emittedPerSecond events that came out in it
 * @param backlog events due but not out at its end
 * @param p99Millis of the latency of what came out in it; null: nothing did
 */
public record Window(
    double second,
    double arrivedPerSecond,
    double emittedPerSecond,
    long backlog,
    Double p99Millis) {

  /** Whether what came out was within the budget, and nothing is held up. */
  boolean within(double budgetMillis) {
    return p99Millis == null ? backlog <= 0 : p99Millis <= budgetMillis;
  }
}
