package dev.offramp.fit.learn;

import dev.offramp.runtime.Measure;
import java.util.List;

/** The gates that an operating point may get. */
public enum GateKind {
  /**
   * Whichever held-out examples prefer at a cost, {@link #MAX_PROBABILITY} or a learned kind; the
   * threshold unless the other is better by two standard errors.
   */
  BEST,
  /** Learned on what events cost and how often they are wrong, jointly over the exits. */
  JEI,
  /** Learned to foresee at each exit how right the deeper ones would be. */
  FORESIGHT,
  /** The published ones: taught the best exit and after, they share out one unit in order. */
  PAPER,
  /** One threshold on the largest probability. */
  MAX_PROBABILITY,
  /** One threshold on the entropy. */
  ENTROPY,
  /** One threshold on the distance of the two largest probabilities. */
  MARGIN,
  /** As many exits in a row with one answer (PABEE: Zhou et al., arXiv 2006.04152). */
  PATIENCE;

  /** The usual gates, each one threshold shared by all exits: what learned ones must beat. */
  public static final List<GateKind> BASELINES =
      List.of(MAX_PROBABILITY, ENTROPY, MARGIN, PATIENCE);

  /** What a baseline's threshold is on. */
  Measure measure() {
    return switch (this) {
      case MAX_PROBABILITY -> Measure.MAX_PROBABILITY;
      case ENTROPY -> Measure.ENTROPY;
      case MARGIN -> Measure.MARGIN;
      case PATIENCE -> Measure.RUN;
      case BEST, JEI, FORESIGHT, PAPER ->
          throw new IllegalStateException(this + " is no threshold on one measure");
    };
  }
}
