package dev.offramp.fit.report;

import dev.offramp.fit.evaluation.Evaluation;
import dev.offramp.fit.evaluation.SetComparison;
import dev.offramp.fit.report.Plot.Anchor;
import java.util.List;
import java.util.stream.DoubleStream;

/** Set size against coverage, at the exit taken and at full depth. */
final class SizeAgainstCoveragePlot {
  private static final Look TAKEN = Look.line(Ink.FIRST).withMark(Mark.CIRCLE);
  private static final Look FULL = Look.dashed(Ink.SECOND, 6, 4).withMark(Mark.SQUARE);

  private SizeAgainstCoveragePlot() {}

  static String html(Evaluation e) {
    List<SetComparison> sets = e.details().setSizes();
    double[] coverage = sets.stream().mapToDouble(SetComparison::coverage).toArray();
    double[] size = sets.stream().mapToDouble(SetComparison::meanSetSize).toArray();
    double[] coverageAtEnd = sets.stream().mapToDouble(SetComparison::fullDepthCoverage).toArray();
    double[] sizeAtEnd = sets.stream().mapToDouble(SetComparison::fullDepthMeanSetSize).toArray();
    double least =
        DoubleStream.concat(DoubleStream.of(coverage), DoubleStream.of(coverageAtEnd))
            .min()
            .orElse(0);
    double most =
        DoubleStream.concat(DoubleStream.of(coverage), DoubleStream.of(coverageAtEnd))
            .max()
            .orElse(1);
    double small =
        DoubleStream.concat(DoubleStream.of(size), DoubleStream.of(sizeAtEnd)).min().orElse(1);
    double large =
        DoubleStream.concat(DoubleStream.of(size), DoubleStream.of(sizeAtEnd)).max().orElse(1);
    Plot plot =
        new Plot(
            Axis.shares("coverage reached", least - 0.002, Math.min(1, most + 0.002)),
            Axis.sizes("mean labels in a set", small, large));
    plot.draw(FULL, coverageAtEnd, sizeAtEnd);
    plot.draw(TAKEN, coverage, size);
    for (SetComparison s : sets) {
      plot.note(
          s.coverage(),
          s.meanSetSize(),
          -6,
          -8,
          Anchor.END,
          "small",
          Numbers.wholePercent(s.level()));
    }
    return Panel.html(
        "Set size at equal coverage",
        new Legend().add(TAKEN, "exit taken").add(FULL, "full depth").html(),
        plot.svg(
            sets.stream()
                .map(
                    s ->
                        "At level %s: %s labels covering %s, full depth %s labels covering %s. "
                            .formatted(
                                Numbers.wholePercent(s.level()),
                                Numbers.two(s.meanSetSize()),
                                Numbers.percent1(s.coverage()),
                                Numbers.two(s.fullDepthMeanSetSize()),
                                Numbers.percent1(s.fullDepthCoverage())))
                .reduce("", String::concat)
                .strip()),
        """
        Lower is better. A mark is what a level (written beside) came to: how often the sets held \
        the truth, and how many labels they took for it. Compare the lines straight above each \
        other: what leaving early costs in set size.""");
  }
}
