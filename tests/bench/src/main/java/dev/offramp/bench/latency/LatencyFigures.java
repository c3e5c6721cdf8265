package dev.offramp.bench.latency;

import java.util.Map;

/**
 * Figures of the events that were measured. Shares are in [0, 1], and NaN where there were none.
 *
 * @param events how many
 * @param p50Millis median latency, from the scheduled arrival to the prediction's coming out
 * @param p99Millis its 99th percentile
 * @param p999Millis its 99.9th percentile
 * @param maxMillis the longest
 * @param madeP50Millis median time from the scheduled arrival to when the record says that the
 *     prediction was made; what the latency is longer was spent on the way out of the operators
 * @param madeP99Millis its 99th percentile
 * @param shareLate of latencies above the budget, as measured here
 * @param shareMarkedLate of predictions whose record says late
 * @param shareForced of events that their deadline forced out
 * @param accuracy share of labels that are right
 * @param meanCost mean share of the network's multiply-adds
 * @param points share of predictions made at each operating point
 */
public record LatencyFigures(
    long events,
    double p50Millis,
    double p99Millis,
    double p999Millis,
    double maxMillis,
    double madeP50Millis,
    double madeP99Millis,
    double shareLate,
    double shareMarkedLate,
    double shareForced,
    double accuracy,
    double meanCost,
    Map<String, Double> points) {}
