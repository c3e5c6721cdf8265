package dev.offramp.runtime;

import dev.offramp.runtime.Manifest.OperatingPoint;

/**
 * Whether an event looks as if no label fits it: the entropy of its probabilities at the exit
 * taken, over its maximum, against a threshold that in-scope examples gave. Of in-scope events that
 * nothing forced out, at most 1 - level are flagged, if they are like those examples. How many
 * out-of-scope events are flagged is nobody's promise: it is measured where such examples are.
 * Immutable; any thread.
 */
public final class OutOfScope {
  private final Double threshold;

  private OutOfScope(Double threshold) {
    this.threshold = threshold;
  }

  /**
   * The judgement of a point.
   *
   * @param level confidence level, one of the manifest's
   * @throws IllegalArgumentException names the levels there are
   */
  public static OutOfScope of(Manifest manifest, OperatingPoint point, double level) {
    return new OutOfScope(point.calibration().outOfScope().get(manifest.level(level)));
  }

  /**
   * Entropy over ln(classes), in [0, 1]; the higher, the likelier that no label fits.
   *
   * @param p probabilities at the temperature of the event's calibration group [classes]
   */
  public static double score(float[] p) {
    return ofEntropy(Scores.entropy(p), p.length);
  }

  static double ofEntropy(double entropyNats, int classes) {
    return Math.min(1, entropyNats / Math.log(classes));
  }

  /** Scores above it are flagged; null: too few examples for the level. */
  public Double threshold() {
    return threshold;
  }

  /**
   * Whether an event is flagged.
   *
   * @param forced whether a deadline forced it out
   * @return null: not known, since there were too few examples for the level, or since the event
   *     was forced out, and scores of undecided events are higher than those the threshold is from
   */
  public Boolean flags(double score, boolean forced) {
    if (threshold == null || forced) {
      return null;
    }
    return score > threshold;
  }
}
