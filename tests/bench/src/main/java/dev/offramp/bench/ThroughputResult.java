package dev.offramp.bench;

import java.util.List;
import java.util.Map;

/**
 * What the throughput benchmark found.
 *
 * @param ratios of events a second, by {@code one/other}, computed round by round
 * @param opponents what each does, and its spread
 * @param runs all that counted, in their order
 * @param profile where Offramp's CPU time goes; null: it wasn't asked for, or Offramp didn't run
 * @param subject what was served
 * @param machine what it ran on
 */
public record ThroughputResult(
    Map<String, Ratio> ratios,
    List<Summary> opponents,
    List<Run> runs,
    Profile profile,
    Subject subject,
    Machine machine) {

  /**
   * One opponent over all rounds.
   *
   * @param name of it
   * @param description what it does
   * @param eventsPerSecond median, least and most
   */
  public record Summary(String name, String description, Ratio eventsPerSecond) {}

  /**
   * Where CPU time goes, from a run of its own that counts in no ratio.
   *
   * @param name of the opponent
   * @param eventsPerSecond while it was recorded
   * @param cpuMicrosPerEvent CPU time of the process
   * @param shares of that by part: tokenize, infer, batch, gate, decode, emit, flink, kafka-client,
   *     kafka-broker, gc, jit, other
   */
  public record Profile(
      String name, double eventsPerSecond, double cpuMicrosPerEvent, Map<String, Double> shares) {}

  /**
   * What was served, and how.
   *
   * @param bundle its id
   * @param backbone its network
   * @param data the events' dataset
   * @param events how many different ones there are
   * @param commonEvents how many every opponent got
   * @param point operating point of those that leave early
   * @param fullPoint operating point of the whole network
   * @param parallelism subtasks of each operator
   * @param rounds that counted
   * @param overrides options of the job beside the benchmark's
   */
  public record Subject(
      String bundle,
      String backbone,
      String data,
      int events,
      int commonEvents,
      String point,
      String fullPoint,
      int parallelism,
      int rounds,
      List<String> overrides) {}
}
