package dev.offramp.runtime;

import dev.offramp.runtime.Manifest.Group;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Manifest.Raps;
import dev.offramp.schemas.SetCalibration;
import java.util.Arrays;
import java.util.List;

/**
 * The prediction sets of one kind, at one operating point and confidence level: which labels are in
 * an event's set, and what calibrated it. Serving and evaluation share it. A few comparisons for
 * each label; RAPS sorts them. One thread, and no allocation.
 *
 * <p>Every set is {labels whose score is at most a threshold}, and thresholds don't fall as levels
 * rise, so a set at a higher level holds that at a lower one.
 */
public final class PredictionSets {
  private final SetKind kind;
  private final int level;
  private final Raps raps;
  private final double[] byLabel;
  private final boolean everyLabel;
  private final Ranking ranking;
  private final boolean[] members;

  private PredictionSets(Manifest manifest, OperatingPoint point, SetKind kind, int level) {
    this.kind = kind;
    this.level = level;
    this.raps = point.calibration().raps();
    List<Double> thresholds = point.calibration().byLabel().get(level);
    this.byLabel = thresholds.stream().mapToDouble(PredictionSets::bound).toArray();
    this.everyLabel = Arrays.stream(byLabel).allMatch(Double::isInfinite);
    this.ranking = new Ranking(manifest.classes());
    this.members = new boolean[manifest.classes()];
  }

  /**
   * The sets of a point.
   *
   * @param level confidence level, one of the manifest's
   * @throws IllegalArgumentException names the levels there are
   */
  public static PredictionSets of(
      Manifest manifest, OperatingPoint point, SetKind kind, double level) {
    return new PredictionSets(manifest, point, kind, manifest.level(level));
  }

  /**
   * Which labels are in an event's set.
   *
   * @param group its calibration group, as {@link Exits#group} gives it
   * @param forced whether a deadline forced it out. Such an event's set is never class-conditional:
   *     thresholds by label were made from events that left of themselves. It is LAC, by the forced
   *     group
   * @param p the exit's probabilities before the group's temperature, {@link
   *     ExitState#probabilities} [classes]
   * @return by label [classes]; overwritten by the next call
   */
  public boolean[] members(Group group, boolean forced, float[] p) {
    switch (kind(forced)) {
      case LAC -> {
        double threshold = bound(group.thresholds().get(level));
        for (int c = 0; c < p.length; c++) {
          members[c] = lacScore(p[c]) <= threshold;
        }
      }
      case CLASS_CONDITIONAL -> {
        for (int c = 0; c < p.length; c++) {
          members[c] = lacScore(p[c]) <= byLabel[c];
        }
      }
      case RAPS -> {
        double threshold = bound(group.rapsThresholds().get(level));
        ranking.rank(p);
        for (int r = 0; r < p.length; r++) {
          members[ranking.label(r)] = raps.score(r, ranking.above(r)) <= threshold;
        }
      }
    }
    return members;
  }

  /**
   * What calibrated an event's set.
   *
   * @param group its calibration group
   * @param forced whether a deadline forced it out
   */
  public SetCalibration calibration(Group group, boolean forced) {
    boolean insufficient =
        switch (kind(forced)) {
          case LAC -> group.thresholds().get(level) == null;
          case RAPS -> group.rapsThresholds().get(level) == null;
          case CLASS_CONDITIONAL -> everyLabel;
        };
    if (insufficient) {
      return SetCalibration.INSUFFICIENT;
    }
    if (forced) {
      return SetCalibration.FORCED;
    }
    return kind == SetKind.CLASS_CONDITIONAL ? SetCalibration.CLASS : SetCalibration.SPLIT;
  }

  /**
   * The kind of an event's set.
   *
   * @param forced whether a deadline forced it out
   */
  public SetKind kind(boolean forced) {
    return forced && kind == SetKind.CLASS_CONDITIONAL ? SetKind.LAC : kind;
  }

  /** The score of a label in LAC and class-conditional sets: 1 - p, and at least 0. */
  public static double lacScore(float probability) {
    // Rounding can make a probability a hair more than 1.
    return Math.max(0, 1.0 - probability);
  }

  private static double bound(Double threshold) {
    return threshold == null ? Double.POSITIVE_INFINITY : threshold;
  }
}
