package dev.offramp.fit.learn;

/** The gates that an operating point may get. */
public enum GateKind {
  /**
   * Whichever held-out examples prefer at a cost: {@link #JEI}, or one threshold on the log-odds of
   * the largest probability shared by all exits; the threshold within one standard error.
   */
  BEST,
  /** Learned on what events cost and how often they are wrong, jointly over the exits. */
  JEI,
  /** One threshold on the largest probability. */
  MAX_PROBABILITY,
  /** One threshold on the entropy. */
  ENTROPY,
  /** One threshold on the distance of the two largest probabilities. */
  MARGIN
}
