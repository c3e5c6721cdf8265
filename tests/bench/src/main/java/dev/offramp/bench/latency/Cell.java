package dev.offramp.bench.latency;

/**
 * One budget at one load.
 *
 * @param budgetMillis the budget
 * @param load share of the capacity at the configured point, or of full depth's for an overload
 * @param eventsPerSecond the rate at which events arrived, on average
 * @param figures of the events that arrived after the warm-up
 * @param backlogAtBegin events that had arrived but not come out when the warm-up ended
 * @param backlogAtEnd the same when the last had arrived
 * @param sender what sending took
 */
public record Cell(
    double budgetMillis,
    double load,
    double eventsPerSecond,
    LatencyFigures figures,
    long backlogAtBegin,
    long backlogAtEnd,
    Sending sender) {

  /**
   * What sending took; it counts against the system, and runs on the same cores.
   *
   * @param p99DelayMillis how long after they were due events were sent, 99th percentile
   * @param maxDelayMillis the longest
   * @param cpuShare share of all cores' time that the sender and its Kafka client took, warm-up
   *     included
   */
  public record Sending(double p99DelayMillis, double maxDelayMillis, double cpuShare) {}
}
