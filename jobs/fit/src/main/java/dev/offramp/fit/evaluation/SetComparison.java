package dev.offramp.fit.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * Prediction sets at the exit taken against those of the whole network, calibrated alike on the
 * same examples.
 *
 * @param level asked for
 * @param coverage at the exit taken
 * @param meanSetSize at the exit taken
 * @param fullDepthCoverage of the whole network's sets at this level
 * @param fullDepthMeanSetSize of these
 * @param fullDepthMeanSetSizeAtThisCoverage what the whole network's sets would come to if they had
 *     the coverage of the exit taken, read off between its levels; null if none of them lie on both
 *     sides of it
 */
public record SetComparison(
    double level,
    double coverage,
    double meanSetSize,
    double fullDepthCoverage,
    double fullDepthMeanSetSize,
    Double fullDepthMeanSetSizeAtThisCoverage) {

  /** Compares level by level. */
  static List<SetComparison> of(List<SetFigures> taken, List<SetFigures> full) {
    List<SetComparison> all = new ArrayList<>();
    for (int k = 0; k < taken.size(); k++) {
      SetFigures t = taken.get(k);
      SetFigures f = full.get(k);
      all.add(
          new SetComparison(
              t.level(),
              t.coverage(),
              t.meanSetSize(),
              f.coverage(),
              f.meanSetSize(),
              sizeAt(t.coverage(), full)));
    }
    return List.copyOf(all);
  }

  /**
   * Reads a size off between two levels. Sets grow about as a power of the share not covered, so
   * the logarithm of the size is taken as straight in the logarithm of that share.
   */
  private static Double sizeAt(double coverage, List<SetFigures> sets) {
    for (SetFigures s : sets) {
      if (s.coverage() == coverage) {
        return s.meanSetSize();
      }
    }
    for (int k = 1; k < sets.size(); k++) {
      SetFigures low = sets.get(k - 1);
      SetFigures high = sets.get(k);
      boolean between = low.coverage() < coverage && coverage < high.coverage();
      if (between && high.coverage() < 1 && low.meanSetSize() > 0) {
        double from = Math.log(1 - low.coverage());
        double to = Math.log(1 - high.coverage());
        double at = (Math.log(1 - coverage) - from) / (to - from);
        return Math.exp((1 - at) * Math.log(low.meanSetSize()) + at * Math.log(high.meanSetSize()));
      }
    }
    return null;
  }
}
