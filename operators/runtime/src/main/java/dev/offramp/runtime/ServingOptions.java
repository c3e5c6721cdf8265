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
 * @param batchWait how long an event may wait for others while there is other work; null: a
 *     twentieth of the budget, or {@link #DEFAULT_WAIT} without one
 */
public record ServingOptions(
    String point,
    SetKind predictionSet,
    double confidenceLevel,
    Duration budget,
    Duration batchWait)
    implements Serializable {

  /** The confidence level unless another is asked for. */
  public static final double DEFAULT_LEVEL = 0.95;

  /** The batch wait where neither it nor a budget is set. */
  public static final Duration DEFAULT_WAIT = Duration.ofMillis(20);

  /** The kind of prediction sets unless another is asked for. */
  public static final SetKind DEFAULT_SET = SetKind.LAC;

  /** The bundle's point, LAC sets, 95 % confidence, no budget. */
  public static final ServingOptions DEFAULT = new ServingOptions(null, DEFAULT_LEVEL, null, null);

  /** Checks the ranges; what the bundle has is checked when it is opened. */
  public ServingOptions {
    Objects.requireNonNull(predictionSet, "predictionSet");
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

  /** With prediction sets of {@link #DEFAULT_SET}. */
  public ServingOptions(String point, double confidenceLevel, Duration budget, Duration batchWait) {
    this(point, DEFAULT_SET, confidenceLevel, budget, batchWait);
  }

  long budgetMicros() {
    return budget == null ? InFlight.NO_BUDGET : budget.toNanos() / 1000;
  }

  long waitMicros() {
    if (batchWait != null) {
      return batchWait.toNanos() / 1000;
    }
    return (budget == null ? DEFAULT_WAIT : budget.dividedBy(20)).toNanos() / 1000;
  }
}
