package dev.offramp.bench;

import java.util.Map;

/**
 * What one run gave.
 *
 * @param name of the opponent
 * @param round from 1
 * @param events sent
 * @param seconds that were timed: from a tenth of the events to 95 %
 * @param eventsPerSecond in that time
 * @param accuracy share of right labels among all its events, in [0, 1]; null: it gives no labels
 * @param accuracyOfCommon the same among the first events, those that every opponent got
 * @param meanCost mean share of the network's multiply-adds, in [0, 1]
 * @param padding share of the multiply-adds computed that padding took; null: not known
 * @param cpuMicrosPerEvent CPU time of the process
 * @param gcMillisPerSecond time of garbage collections
 * @param allocatedBytesPerEvent heap bytes of all threads
 * @param allocatedBytesPerEventBy the same by kind of thread: runner, flink, kafka-client,
 *     kafka-broker, other
 * @param peakResidentBytes of the process, which holds the broker and the runs before, too
 * @param residentGrowthBytes of the process while the run was timed
 * @param peakDirectBytes of direct buffers
 */
public record Run(
    String name,
    int round,
    int events,
    double seconds,
    double eventsPerSecond,
    Double accuracy,
    Double accuracyOfCommon,
    double meanCost,
    Double padding,
    double cpuMicrosPerEvent,
    double gcMillisPerSecond,
    long allocatedBytesPerEvent,
    Map<String, Long> allocatedBytesPerEventBy,
    long peakResidentBytes,
    long residentGrowthBytes,
    long peakDirectBytes) {}
