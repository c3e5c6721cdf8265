package dev.offramp.fit.report;

import dev.offramp.fit.evaluation.Bin;
import dev.offramp.fit.evaluation.Evaluation;
import dev.offramp.fit.evaluation.ExitUncertainty;
import dev.offramp.fit.evaluation.Interval;
import dev.offramp.fit.evaluation.UncertaintyFigures;
import dev.offramp.fit.report.Plot.Margins;
import java.util.List;
import java.util.stream.Collectors;

/** Accuracy against confidence: at the exit taken, at full depth, and at each exit. */
final class ReliabilityPlots {
  private static final Look IDEAL = Look.dashed(Ink.AXIS, 4, 4).withWidth(1);
  private static final Look TAKEN = Look.line(Ink.FIRST).withMark(Mark.CIRCLE);
  private static final Look FULL = Look.line(Ink.SECOND).withMark(Mark.SQUARE);
  private static final Margins SMALL = new Margins(42, 16, 8, 24);

  private ReliabilityPlots() {}

  /** All examples. */
  static String overall(Evaluation e) {
    UncertaintyFigures figures = e.details().exitTaken();
    return Panel.html(
        "Reliability at the exit taken",
        new Legend().add(TAKEN, "exit taken").add(IDEAL, "exactly right").html(),
        large(figures, TAKEN, "at the exit taken"),
        """
        Examples in order of confidence, in 15 bins of equal count. Each dot is a bin: how sure \
        its answers were, and how often they were right. On the dashed line both agree; below it \
        the answers were too sure. The strokes are 95 %% intervals. ECE is the mean distance from \
        the line: %s here, of which about %s would come by chance alone."""
            .formatted(Numbers.three(figures.ece()), Numbers.three(figures.eceByChance())));
  }

  /** The whole network, to compare. */
  static String fullDepth(Evaluation e) {
    UncertaintyFigures figures = e.details().fullDepth();
    return Panel.html(
        "Reliability at full depth",
        new Legend().add(FULL, "full depth").add(IDEAL, "exactly right").html(),
        large(figures, FULL, "at full depth"),
        "The same for the whole network, calibrated on the same held-out examples. ECE %s, about %s by chance."
            .formatted(Numbers.three(figures.ece()), Numbers.three(figures.eceByChance())));
  }

  /** A small plot for each exit that anyone left at. */
  static String byExit(Evaluation e) {
    List<ExitUncertainty> used =
        e.details().exitsTaken().stream().filter(x -> x.figures().examples() > 0).toList();
    String plots = used.stream().map(ReliabilityPlots::small).collect(Collectors.joining());
    String unused =
        e.details().exitsTaken().stream()
            .filter(x -> x.figures().examples() == 0)
            .map(x -> Integer.toString(x.index()))
            .collect(Collectors.joining(", "));
    return """
        <div class="card">
        <h3>Reliability of each exit</h3>
        <div class="small-plots">
        %s</div>
        <p class="reading">Confidence across, accuracy up, for those that left at the exit. An \
        exit with few examples has fewer bins, of ten examples or more where it has ten; with few \
        bins the ECE says little, and chance alone makes it large.%s</p>
        </div>
        """
        .formatted(plots, unused.isEmpty() ? "" : " Nobody left at exit " + unused + ".");
  }

  private static String small(ExitUncertainty exit) {
    Plot plot = new Plot(half("", 0, 1, 0.5), half("", 0, 1, 0.5), 165, 150, SMALL).withMarks(5);
    draw(plot, exit.figures().bins(), TAKEN.withWidth(1.2f), 0);
    return """
        <div><h4>Exit %d</h4>
        <div class="plot">%s</div>
        <p>%s examples<br/>ECE %s<br/>by chance %s</p></div>
        """
        .formatted(
            exit.index(),
            plot.svg(
                "Reliability of exit %d: ECE %s over %s examples."
                    .formatted(
                        exit.index(),
                        Numbers.three(exit.figures().ece()),
                        Numbers.count(exit.figures().examples()))),
            Numbers.count(exit.figures().examples()),
            Numbers.three(exit.figures().ece()),
            Numbers.three(exit.figures().eceByChance()));
  }

  private static Axis half(String title, double min, double max, double step) {
    List<Double> ticks = List.of(min, min + step, max);
    return new Axis(
        title, min, max, ticks, ticks.stream().map(Numbers::wholePercent).toList(), true, v -> v);
  }

  private static String large(UncertaintyFigures figures, Look look, String where) {
    double low = 1;
    for (Bin b : figures.bins()) {
      low = Math.min(low, Math.min(b.confidence(), interval(b).low()));
    }
    Axis confidence = Axis.shares("confidence", low, 1);
    Plot plot = new Plot(confidence, Axis.shares("accuracy", low, 1));
    draw(plot, figures.bins(), look, confidence.min());
    return plot.svg(
        "Reliability %s: ECE %s over %s examples."
            .formatted(where, Numbers.three(figures.ece()), Numbers.count(figures.examples())));
  }

  private static void draw(Plot plot, List<Bin> bins, Look look, double low) {
    plot.line(IDEAL, low, low, 1, 1);
    Look stroke = Look.line(look.ink()).withWidth(1);
    for (Bin b : bins) {
      Interval i = interval(b);
      plot.line(stroke, b.confidence(), i.low(), b.confidence(), i.high());
    }
    plot.draw(
        look,
        bins.stream().mapToDouble(Bin::confidence).toArray(),
        bins.stream().mapToDouble(Bin::accuracy).toArray());
  }

  private static Interval interval(Bin b) {
    return Interval.of(b.accuracy() * b.examples(), b.examples());
  }
}
