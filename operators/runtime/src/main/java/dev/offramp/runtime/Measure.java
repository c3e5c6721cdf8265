package dev.offramp.runtime;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * What a gate may look at: how sure the calibrated probabilities of an exit are, and how they
 * differ from those of the exit before. The first four are the paper's (JEI-DNN, arXiv 2310.09163).
 * At exit 0 there is no exit before: the measures that compare are 0.
 */
public enum Measure {
  /** Largest probability, max p. */
  MAX_PROBABILITY("maxProbability"),
  /** Entropy H(p) in nats. */
  ENTROPY("entropy"),
  /** Largest minus second largest probability. */
  MARGIN("margin"),
  /** Entropy of p^2 / sum p^2 in nats. */
  SHARPENED_ENTROPY("sharpenedEntropy"),
  /** ln(max p / (1 - max p)), at most {@link Measures#LIMIT} either way. */
  LOGIT("logit"),
  /** ln(largest / second largest probability), at most {@link Measures#LIMIT}. */
  LOG_RATIO("logRatio"),
  /** 1 if the exit before gave the same label, else 0. */
  AGREEMENT("agreement"),
  /** What the exit before gave for today's label. */
  EARLIER_PROBABILITY("earlierProbability"),
  /** KL(p_l || p_{l-1}) in nats, at most {@link Measures#KL_LIMIT}. */
  DIVERGENCE("divergence"),
  /** How many exits before this one gave today's label without a break. */
  RUN("run"),
  /** Largest probability at the exit before. */
  EARLIER_MAX_PROBABILITY("earlierMaxProbability");

  private final String key;

  Measure(String key) {
    this.key = key;
  }

  /** Where {@link Measures#of} puts it. */
  @SuppressWarnings("EnumOrdinal") // measures are never kept by index, only by key
  public int index() {
    return ordinal();
  }

  /** Its name in the manifest. */
  @JsonValue
  public String key() {
    return key;
  }
}
