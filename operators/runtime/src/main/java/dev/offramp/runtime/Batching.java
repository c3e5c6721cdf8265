package dev.offramp.runtime;

/** How events that wait for a stage become batches. */
public enum Batching {
  /** Like lengths together, by the stage's {@link CostCurve}; survivors are gathered again. */
  BY_COST,
  /** The same at the first stage, but those that survive a batch go on by themselves. */
  NO_REGROUPING,
  /** As they come, {@link Device#maxRows} at most; here to be compared with. */
  ARRIVAL_ORDER
}
