package dev.offramp.fit.plan;

import java.time.Duration;

/**
 * What a plan must keep to. Immutable.
 *
 * @param budget time an event may take from arrival to prediction; null: no limit
 * @param overheadMicros of a core for each event beside its stages: tokenizing, gates, Flink, Kafka
 * @param utilisation share of its time that a runner may be busy, above 0 and at most 1
 * @param coresPerMachine 1 or more
 */
public record Terms(
    Duration budget, double overheadMicros, double utilisation, int coresPerMachine) {
  /**
   * As {@code offramp bench} profiled it on CLINC150, on two cores of an AMD EPYC (Genoa): some 30
   * microseconds to tokenize eleven tokens, 30 for Kafka's client and the broker on the same cores,
   * 35 for Flink, batching, gates and records, and the rest unknown.
   */
  public static final double OVERHEAD_MICROS = 110;

  /** Flink's and Kafka's part: an identity job from topic to topic took 5 to 6 microseconds. */
  public static final double STREAM_MICROS = 6;

  /** Room for bursts: the queues of a runner that is busy all the time grow without end. */
  public static final double UTILISATION = 0.7;

  /** Checks the ranges. */
  public Terms {
    if (budget != null && budget.toMillis() < 1) {
      throw new IllegalArgumentException("the latency budget must be 1 ms or more: " + budget);
    }
    if (!(overheadMicros >= 0) || !Double.isFinite(overheadMicros)) {
      throw new IllegalArgumentException("the overhead must be 0 or more: " + overheadMicros);
    }
    if (!(utilisation > 0 && utilisation <= 1)) {
      throw new IllegalArgumentException(
          "the utilisation must lie above 0 and be at most 1: " + utilisation);
    }
    if (coresPerMachine < 1) {
      throw new IllegalArgumentException("a machine must have 1 core or more: " + coresPerMachine);
    }
  }
}
