package dev.offramp.fit.report;

import dev.offramp.fit.evaluation.Evaluation;
import dev.offramp.fit.evaluation.Figures.ExitFigures;
import dev.offramp.fit.evaluation.Strangers;
import dev.offramp.fit.report.Plot.Anchor;
import dev.offramp.fit.report.Plot.Margins;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How many leave at each exit, and how often they are right. */
final class FunnelPlot {
  private static final int LEAST_ROW = 26;
  private static final int LEAST_ROW_OF_TWO = 35;
  private static final int LEAST_HEIGHT = 390;
  private static final Margins MARGINS = new Margins(54, 92, 30, 46);
  private static final float BAR = 0.58f;
  private static final float HALF_BAR = 0.3f;
  private static final float SWATCH = 9;

  private FunnelPlot() {}

  static String html(Evaluation e) {
    List<ExitFigures> exits = e.figures().exits();
    Strangers strangers = e.details().outOfScope();
    int n = exits.size();
    double most = exits.stream().mapToDouble(ExitFigures::share).max().orElse(1);
    if (strangers != null) {
      most = Math.max(most, strangers.exitShares().stream().max(Double::compare).orElse(0.0));
    }
    List<String> names = new ArrayList<>();
    exits.forEach(x -> names.add("exit " + x.index()));
    // The first exit is at the top.
    Collections.reverse(names);
    int around = MARGINS.top() + MARGINS.bottom();
    int row =
        Math.max(strangers == null ? LEAST_ROW : LEAST_ROW_OF_TWO, (LEAST_HEIGHT - around) / n);
    float bar = row * (strangers == null ? BAR : HALF_BAR);
    Plot plot =
        new Plot(
            Axis.shares("share of examples", 0, Math.min(1, most * 1.15)),
            Axis.places("", names),
            460,
            n * row + around,
            MARGINS);
    Look in = Look.line(Ink.FIRST).withWidth(bar);
    Look out = Look.line(Ink.SECOND).withWidth(bar);
    double shift = strangers == null ? 0 : 0.19;
    for (ExitFigures x : exits) {
      double y = n - 1 - x.index();
      plot.line(in, 0, y + shift, x.share(), y + shift);
      plot.note(x.share(), y + shift, 5, 4, Anchor.START, "small", Numbers.percent1(x.share()));
      if (strangers != null) {
        double share = strangers.exitShares().get(x.index());
        plot.line(out, 0, y - shift, share, y - shift);
        plot.note(share, y - shift, 5, 4, Anchor.START, "small", Numbers.percent1(share));
      }
      plot.note(0, y, 460 - MARGINS.left() - 4, 4, Anchor.END, "", Numbers.percent1(x.accuracy()));
    }
    plot.note(0, n - 0.4, 460 - MARGINS.left() - 4, -14, Anchor.END, "title", "accuracy there");
    Legend legend = new Legend();
    if (strangers != null) {
      legend
          .add(in.withWidth(SWATCH), "examples with a label")
          .add(out.withWidth(SWATCH), "out of scope");
    }
    return Panel.html(
        "Where examples leave",
        strangers == null ? "" : legend.html(),
        plot.svg(
            "Share of examples that leave at each exit. %s leave at exit 0, %s at the last."
                .formatted(
                    Numbers.percent1(exits.get(0).share()),
                    Numbers.percent1(exits.get(n - 1).share()))),
        """
        A long bar at the top means that much is decided early. Accuracy differs from exit to exit \
        because the gate sends hard examples on: a low one at a late exit is no fault of that \
        exit.%s"""
            .formatted(
                strangers == null
                    ? ""
                    : " Out-of-scope examples should go deep: here they cost %s in the mean."
                        .formatted(Numbers.three(strangers.meanCost()))));
  }
}
