package dev.offramp.fit.report;

import dev.offramp.fit.evaluation.Evaluation;
import dev.offramp.fit.evaluation.ExitUncertainty;
import dev.offramp.fit.evaluation.SetFigures;
import dev.offramp.fit.evaluation.UncertaintyFigures;
import java.util.ArrayList;
import java.util.List;

/** Coverage and size of prediction sets at each level: overall, at full depth, at each exit. */
final class SetPlots {
  /** Coverage among fewer examples could be almost anything. */
  static final int FEWEST = 50;

  private record Place(String name, UncertaintyFigures figures) {}

  private final Evaluation evaluation;
  private final List<Double> levels;
  private final List<Place> places = new ArrayList<>();

  SetPlots(Evaluation evaluation) {
    this.evaluation = evaluation;
    this.levels = evaluation.details().exitTaken().sets().stream().map(SetFigures::level).toList();
    places.add(new Place("full", evaluation.details().fullDepth()));
    places.add(new Place("all", evaluation.details().exitTaken()));
    for (ExitUncertainty x : evaluation.details().exitsTaken()) {
      if (x.figures().examples() >= FEWEST) {
        places.add(new Place(Integer.toString(x.index()), x.figures()));
      }
    }
  }

  /** How often sets hold the truth. */
  String coverage() {
    double low = 1;
    for (Place p : places) {
      for (SetFigures s : p.figures.sets()) {
        low = Math.min(low, Math.min(s.coverageLow(), s.level()));
      }
    }
    Axis axis = Axis.shares("coverage", low, 1).withGrid(false);
    Plot plot = new Plot(axis(), axis);
    divide(plot, axis);
    Legend legend = new Legend();
    for (int k = 0; k < levels.size(); k++) {
      Look look = Look.points(k);
      plot.line(
          Look.dashed(look.ink(), 4, 4).withWidth(1),
          -0.6,
          levels.get(k),
          places.size() - 0.4,
          levels.get(k));
      for (int at = 0; at < places.size(); at++) {
        SetFigures s = places.get(at).figures.sets().get(k);
        double x = at + shift(k);
        plot.line(Look.line(look.ink()).withWidth(1.2f), x, s.coverageLow(), x, s.coverageHigh());
        plot.draw(look, new double[] {x}, new double[] {s.coverage()});
      }
      legend.add(look, "asked for " + Numbers.wholePercent(levels.get(k)));
    }
    return Panel.html(
        "Coverage at each level",
        legend.html(),
        plot.svg(
            "Coverage of prediction sets by exit. Overall %s at level %s."
                .formatted(
                    Numbers.percent1(evaluation.figures().coverage()),
                    Numbers.wholePercent(evaluation.figures().confidenceLevel()))),
        """
        Each mark should lie on the dashed line of its colour: as many sets hold the truth as were \
        asked to. The strokes are 95 %% intervals; one that misses its line is a fault that chance \
        hardly explains. Full: the whole network; all: every exit taken together; then exit by \
        exit, those that %d examples or more left at."""
            .formatted(FEWEST));
  }

  /** How many labels they hold. */
  String sizes() {
    double low = Double.MAX_VALUE;
    double high = 1;
    for (Place p : places) {
      for (SetFigures s : p.figures.sets()) {
        low = Math.min(low, s.meanSetSize());
        high = Math.max(high, s.meanSetSize());
      }
    }
    Axis axis = Axis.sizes("mean labels in a set", low, high);
    Plot plot = new Plot(axis(), axis);
    divide(plot, axis);
    Legend legend = new Legend();
    for (int k = 0; k < levels.size(); k++) {
      Look look = Look.points(k);
      for (int at = 0; at < places.size(); at++) {
        double size = places.get(at).figures.sets().get(k).meanSetSize();
        plot.draw(look, new double[] {at + shift(k)}, new double[] {size});
      }
      legend.add(look, "asked for " + Numbers.wholePercent(levels.get(k)));
    }
    return Panel.html(
        "Set size",
        legend.html(),
        plot.svg(
            "Mean number of labels in a prediction set by exit. Overall %s at level %s."
                .formatted(
                    Numbers.two(evaluation.figures().meanSetSize()),
                    Numbers.wholePercent(evaluation.figures().confidenceLevel()))),
        """
        Small sets that still cover are worth most: one label is an answer, many are a shrug. Late \
        exits get the hard examples, so their sets are larger. A mean below one says that some \
        sets are empty: no label was sure enough to be needed for the level. Where an exit had too few \
        calibration examples for a level, its sets hold every label (%s of them)."""
            .formatted(Numbers.count(evaluation.details().labels())));
  }

  /** Sets what sums up apart from the single exits. */
  private static void divide(Plot plot, Axis upward) {
    plot.line(Look.line(Ink.GRID).withWidth(1.5f), 1.5, upward.min(), 1.5, upward.max());
  }

  private Axis axis() {
    return Axis.places("exit taken", places.stream().map(Place::name).toList());
  }

  private double shift(int level) {
    return levels.size() == 1 ? 0 : -0.24 + 0.48 * level / (levels.size() - 1);
  }
}
