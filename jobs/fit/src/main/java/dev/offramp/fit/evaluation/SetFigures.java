package dev.offramp.fit.evaluation;

/**
 * How prediction sets did at one confidence level.
 *
 * @param level asked for
 * @param coverage share of sets that hold the truth
 * @param coverageLow lower end of the interval that holds the true coverage with 95 % confidence
 *     (Wilson's; examples alike and independent)
 * @param coverageHigh its upper end
 * @param meanSetSize labels in a set
 * @param singles share of sets with one label
 */
public record SetFigures(
    double level,
    double coverage,
    double coverageLow,
    double coverageHigh,
    double meanSetSize,
    double singles) {

  /**
   * Sums up sets.
   *
   * @param index of the level
   * @param which the examples to take; at least one
   */
  static SetFigures of(Judged judged, int index, double level, int[] which) {
    int n = which.length;
    int covered = 0;
    int singles = 0;
    long members = 0;
    for (int i : which) {
      covered += judged.covered[index][i] ? 1 : 0;
      singles += judged.setSize[index][i] == 1 ? 1 : 0;
      members += judged.setSize[index][i];
    }
    Interval interval = Interval.of(covered, n);
    return new SetFigures(
        level,
        covered / (double) n,
        interval.low(),
        interval.high(),
        members / (double) n,
        singles / (double) n);
  }
}
