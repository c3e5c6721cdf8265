package dev.offramp.runtime;

import dev.offramp.schemas.PredictionSetKind;

/**
 * What goes into a prediction set. All are split conformal: a label is in if its score is at most a
 * threshold that held-out examples gave.
 */
public enum SetKind {
  /**
   * Score 1 - p (Sadinle, Lei, Wasserman, JASA 2019): the smallest sets on average. Can be empty.
   */
  LAC(PredictionSetKind.LAC),
  /**
   * Score: the probability of all labels above this one, and a penalty for ranks far down; see
   * {@link Manifest.Raps} (Angelopoulos, Bates, Malik, Jordan, ICLR 2021, arXiv 2009.14193). Sets
   * grow with an event's difficulty, and are never empty.
   */
  RAPS(PredictionSetKind.RAPS),
  /**
   * LAC with a threshold of its own for each label, so that rare and hard labels are covered as
   * often as the others. Needs examples of each label; one with too few is in every set. Can be
   * empty.
   */
  CLASS_CONDITIONAL(PredictionSetKind.CLASS_CONDITIONAL);

  private final PredictionSetKind written;

  SetKind(PredictionSetKind written) {
    this.written = written;
  }

  /** What the record says. */
  PredictionSetKind written() {
    return written;
  }
}
