package dev.offramp.fit.report;

import dev.offramp.fit.evaluation.Evaluation;
import dev.offramp.fit.evaluation.Evaluation.PointFigures;
import dev.offramp.fit.learn.Front.Trial;
import dev.offramp.fit.learn.GateKind;
import dev.offramp.fit.report.Plot.Margins;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Accuracy against cost: the bundle's points, every threshold of the usual gates, full depth. */
final class FrontPlot {
  private static final Map<GateKind, Look> BASELINES = new LinkedHashMap<>();

  static {
    BASELINES.put(GateKind.MAX_PROBABILITY, Look.line(Ink.SECOND).withWidth(1.6f));
    BASELINES.put(GateKind.ENTROPY, Look.dashed(Ink.THIRD, 7, 3));
    BASELINES.put(GateKind.MARGIN, Look.dashed(Ink.FOURTH, 2, 3));
    BASELINES.put(GateKind.PATIENCE, Look.dashed(Ink.MUTED, 9, 3, 2, 3));
  }

  private static final Look POINTS = Look.points(Ink.FIRST, Mark.CIRCLE);
  private static final Look CHOSEN = Look.points(Ink.FIRST, Mark.RING);
  private static final Look FULL = Look.dashed(Ink.AXIS, 4, 4).withWidth(1);

  private FrontPlot() {}

  static String html(Evaluation e) {
    List<PointFigures> points = e.points();
    double full = e.figures().fullDepthAccuracy();
    Map<GateKind, List<Trial>> baselines = e.details().baselines();
    double low = points.stream().mapToDouble(PointFigures::accuracy).min().orElse(0);
    double high =
        Stream.concat(
                points.stream().map(PointFigures::accuracy),
                baselines.values().stream().flatMap(List::stream).map(Trial::accuracy))
            .max(Double::compare)
            .orElse(1.0);
    Plot plot =
        new Plot(
            Axis.cost("mean cost, share of the network's multiply-adds"),
            Axis.shares("accuracy", low - 0.05 * (high - low), high),
            460,
            390,
            Margins.USUAL);
    plot.line(FULL, 0, full, 1, full);
    Legend legend = new Legend().add(POINTS, "this bundle's points").add(CHOSEN, "the one judged");
    BASELINES.forEach(
        (kind, look) -> {
          List<Trial> curve = baselines.getOrDefault(kind, List.of());
          plot.draw(
              look,
              curve.stream().mapToDouble(Trial::cost).toArray(),
              curve.stream().mapToDouble(Trial::accuracy).toArray());
          legend.add(look, name(kind));
        });
    plot.draw(
        POINTS,
        points.stream().mapToDouble(PointFigures::meanCost).toArray(),
        points.stream().mapToDouble(PointFigures::accuracy).toArray());
    plot.draw(CHOSEN, new double[] {e.figures().meanCost()}, new double[] {e.figures().accuracy()});
    legend.add(FULL, "full depth");
    return Panel.html(
        "Accuracy against cost",
        legend.html(),
        plot.svg(
            "Accuracy against mean cost. The point judged has %s at a cost of %s; full depth has %s."
                .formatted(
                    Numbers.percent2(e.figures().accuracy()),
                    Numbers.cost(e.figures().meanCost()),
                    Numbers.percent2(full))),
        """
        Up and to the left is better. Each dot is an operating point of the bundle, chosen on \
        held-out examples before. Each line is what one threshold, shared by all exits of the same \
        heads, would give at every setting: nothing was chosen for it. The cost axis is wider \
        where costs are small.""");
  }

  private static String name(GateKind kind) {
    return switch (kind) {
      case MAX_PROBABILITY -> "threshold on the largest probability";
      case ENTROPY -> "threshold on entropy";
      case MARGIN -> "threshold on margin";
      case PATIENCE -> "patience";
      default -> kind.name();
    };
  }
}
