package dev.offramp.runtime;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;

/**
 * How a bundle is served. Immutable.
 *
 * @param point name of the operating point; null: the bundle's default
 * @param predictionSet what goes into prediction sets
 * @param confidenceLevel of the prediction sets and of the out-of-scope flag; one of the bundle's
 *     levels
 * @param budget time an event may take from arrival to prediction; null: none
 * @param batchWait how long an event may wait for others while there is other work; null: a quarter
 *     of the budget, or {@link #DEFAULT_WAIT} without one
 * @param batching how events become batches
 * @param load how the operating point follows load, where there is a budget
 */
public record ServingOptions(
    String point,
    SetKind predictionSet,
    double confidenceLevel,
    Duration budget,
    Duration batchWait,
    Batching batching,
    Load load)
    implements Serializable {

  /**
   * How far the operating point may follow load to keep the budget.
   *
   * @param percentile share of events that are to be in time, in (0, 1)
   * @param accuracyFloor points whose expected accuracy is lower are not used, in [0, 1]; 1: the
   *     point stays as it is
   */
  public record Load(double percentile, double accuracyFloor) implements Serializable {
    /** 99 of 100 in time, whatever the accuracy. */
    public static final Load DEFAULT = new Load(0.99, 0);

    /** Checks the ranges. */
    public Load {
      if (!(percentile > 0 && percentile < 1)) {
        throw new IllegalArgumentException(
            "the share of events in time must lie between 0 and 1: " + percentile);
      }
      if (!(accuracyFloor >= 0 && accuracyFloor <= 1)) {
        throw new IllegalArgumentException(
            "the accuracy floor must lie between 0 and 1: " + accuracyFloor);
      }
    }
  }

  /** The confidence level unless another is asked for. */
  public static final double DEFAULT_LEVEL = 0.95;

  /** The batch wait where neither it nor a budget is set. */
  public static final Duration DEFAULT_WAIT = Duration.ofMillis(100);

  /** The kind of prediction sets unless another is asked for. */
  public static final SetKind DEFAULT_SET = SetKind.LAC;

  /** The bundle's point, LAC sets, 95 % confidence, no budget. */
  public static final ServingOptions DEFAULT = new ServingOptions(null, DEFAULT_LEVEL, null, null);

  /** Checks the ranges; what the bundle has is checked when it is opened. */
  public ServingOptions {
    Objects.requireNonNull(predictionSet, "predictionSet");
    Objects.requireNonNull(batching, "batching");
    Objects.requireNonNull(load, "load");
    if (!(confidenceLevel > 0 && confidenceLevel < 1)) {
      throw new IllegalArgumentException(
          "confidence level must lie between 0 and 1: " + confidenceLevel);
    }
    if (budget != null && budget.toMillis() < 1) {
      throw new IllegalArgumentException("latency budget must be 1 ms or more: " + budget);
    }
    if (batchWait != null && batchWait.isNegative()) {
      throw new IllegalArgumentException("batch wait must not be negative: " + batchWait);
    }
  }

  /** Batched by cost, following load. */
  public ServingOptions(
      String point, SetKind set, double confidenceLevel, Duration budget, Duration batchWait) {
    this(point, set, confidenceLevel, budget, batchWait, Batching.BY_COST, Load.DEFAULT);
  }

  /** With prediction sets of {@link #DEFAULT_SET}, batched by cost, following load. */
  public ServingOptions(String point, double confidenceLevel, Duration budget, Duration batchWait) {
    this(point, DEFAULT_SET, confidenceLevel, budget, batchWait);
  }

  /** Batched in another way. */
  public ServingOptions withBatching(Batching other) {
    return new ServingOptions(
        point, predictionSet, confidenceLevel, budget, batchWait, other, load);
  }

  /** Following load in another way. */
  public ServingOptions withLoad(Load other) {
    return new ServingOptions(
        point, predictionSet, confidenceLevel, budget, batchWait, batching, other);
  }

  long budgetMicros() {
    return budget == null ? InFlight.NO_BUDGET : budget.toNanos() / 1000;
  }

  long waitMicros() {
    if (batchWait != null) {
      return batchWait.toNanos() / 1000;
    }
    return (budget == null ? DEFAULT_WAIT : budget.dividedBy(4)).toNanos() / 1000;
  }
}
