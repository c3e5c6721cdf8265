package dev.offramp.fit.report;

import dev.offramp.fit.evaluation.Details;
import dev.offramp.fit.evaluation.Evaluation;
import dev.offramp.fit.evaluation.Figures;
import dev.offramp.fit.evaluation.Interval;
import dev.offramp.fit.evaluation.SetComparison;

/** The figures that matter most, in a row. */
final class KeyFigures {
  private final StringBuilder out = new StringBuilder();

  static String html(Evaluation e) {
    Figures f = e.figures();
    Details d = e.details();
    Interval accuracy = Interval.of(f.accuracy() * e.examples(), e.examples());
    SetComparison sets =
        d.setSizes().stream()
            .filter(s -> s.level() == f.confidenceLevel())
            .findFirst()
            .orElseThrow();
    KeyFigures all = new KeyFigures();
    all.add(
        "Accuracy",
        Numbers.percent2(f.accuracy()),
        "full depth %s, %s points; 95 %% interval %s to %s"
            .formatted(
                Numbers.percent2(f.fullDepthAccuracy()),
                Numbers.points(f.accuracy() - f.fullDepthAccuracy()),
                Numbers.percent1(accuracy.low()),
                Numbers.percent1(accuracy.high())));
    all.add(
        "Mean cost",
        Numbers.cost(f.meanCost()),
        f.meanCost() > 0
            ? "of the network: %.1f times fewer multiply-adds".formatted(1 / f.meanCost())
            : "of the network");
    all.add(
        "ECE",
        Numbers.three(f.ece()),
        "calibration error; %s by chance alone; full depth %s"
            .formatted(
                Numbers.three(d.exitTaken().eceByChance()), Numbers.three(d.fullDepth().ece())));
    all.add(
        "Coverage",
        Numbers.percent1(f.coverage()),
        "of sets hold the truth; asked for %s; full depth %s"
            .formatted(
                Numbers.wholePercent(f.confidenceLevel()),
                Numbers.percent1(sets.fullDepthCoverage())));
    all.add(
        "Set size",
        Numbers.two(f.meanSetSize()),
        "labels in the mean, of %s; full depth %s"
            .formatted(Numbers.count(d.labels()), Numbers.two(sets.fullDepthMeanSetSize())));
    if (d.outOfScope() != null) {
      all.add(
          "Out of scope",
          Numbers.three(d.outOfScope().exitTaken().auroc()),
          "AUROC of entropy; full depth %s"
              .formatted(Numbers.three(d.outOfScope().fullDepth().auroc())));
    }
    return "<dl class=\"keys\">\n%s</dl>\n".formatted(all.out);
  }

  private void add(String name, String value, String beside) {
    out.append(
        "<div class=\"card\"><dt>%s</dt><dd class=\"value\">%s</dd><dd>%s</dd></div>\n"
            .formatted(Html.escape(name), Html.escape(value), Html.escape(beside)));
  }
}
