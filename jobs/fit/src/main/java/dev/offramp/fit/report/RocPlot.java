package dev.offramp.fit.report;

import dev.offramp.fit.evaluation.CurvePoint;
import dev.offramp.fit.evaluation.RocCurve;
import dev.offramp.fit.evaluation.Strangers;

/** How well entropy finds examples that no label fits. */
final class RocPlot {
  private static final Look TAKEN = Look.line(Ink.FIRST);
  private static final Look FULL = Look.dashed(Ink.SECOND, 6, 4);
  private static final Look CHANCE = Look.dashed(Ink.AXIS, 2, 4).withWidth(1);

  private RocPlot() {}

  static String html(Strangers s) {
    Plot plot =
        new Plot(Axis.share("examples with a label flagged"), Axis.share("out of scope flagged"));
    plot.line(CHANCE, 0, 0, 1, 1);
    draw(plot, FULL, s.fullDepth());
    draw(plot, TAKEN, s.exitTaken());
    return Panel.html(
        "Out-of-scope examples found",
        new Legend()
            .add(TAKEN, "exit taken, AUROC " + Numbers.three(s.exitTaken().auroc()))
            .add(FULL, "full depth, AUROC " + Numbers.three(s.fullDepth().auroc()))
            .add(CHANCE, "blind chance")
            .html(),
        plot.svg(
            "ROC curve of entropy as an out-of-scope score: AUROC %s at the exit taken, %s at full depth."
                .formatted(
                    Numbers.three(s.exitTaken().auroc()), Numbers.three(s.fullDepth().auroc()))),
        """
        Up and to the left is better. Every threshold on entropy is a point: how many of the %s \
        out-of-scope examples it flags, and how many others with them. To find 95 %% of them, %s \
        of the others are flagged too (full depth: %s)."""
            .formatted(
                Numbers.count(s.examples()),
                Numbers.percent1(s.exitTaken().falseAlarmsAt95()),
                Numbers.percent1(s.fullDepth().falseAlarmsAt95())));
  }

  private static void draw(Plot plot, Look look, RocCurve roc) {
    plot.draw(
        look,
        roc.curve().stream().mapToDouble(CurvePoint::x).toArray(),
        roc.curve().stream().mapToDouble(CurvePoint::y).toArray());
  }
}
