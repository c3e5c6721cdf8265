package dev.offramp.fit.plan;

import java.util.List;

/**
 * What a rate of events takes. Immutable.
 *
 * @param eventsPerSecond the rate
 * @param budgetMillis the latency budget; null: none
 * @param keptMillis time from arrival to prediction that 99 of 100 events keep to, by the model
 * @param batchWaitMillis how long an event may be held for company at a stage
 * @param utilisation the most that a runner may be busy: as asked for, or less where the budget
 *     wants shorter queues
 * @param coresBusy how many cores the events keep busy
 * @param cores runners of all operators, each with a core to itself
 * @param machines that have as many cores
 * @param weightBytes of the stages on one machine, whose runners share them
 * @param capacity events in flight in one subtask of an operator
 * @param operators in order
 */
public record Plan(
    double eventsPerSecond,
    Double budgetMillis,
    double keptMillis,
    double batchWaitMillis,
    double utilisation,
    double coresBusy,
    int cores,
    int machines,
    long weightBytes,
    int capacity,
    List<OperatorPlan> operators) {

  /**
   * An operator: a run of stages with their own parallelism.
   *
   * @param firstStage its first
   * @param parallelism subtasks, each with one runner
   * @param busy share of its time that each runner works
   * @param stages in order
   */
  public record OperatorPlan(
      int firstStage, int parallelism, double busy, List<StagePlan> stages) {}

  /**
   * A stage.
   *
   * @param stage its number
   * @param reach share of events that get there
   * @param rows of a mean batch
   * @param usefulRows of the smallest batch that is nearly as good as the best
   * @param microsPerEvent of a core, for an event that gets there
   * @param cores that the stage keeps busy
   */
  public record StagePlan(
      int stage, double reach, double rows, int usefulRows, double microsPerEvent, double cores) {}
}
