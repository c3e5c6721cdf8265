package dev.offramp.fit.report;

import dev.offramp.fit.evaluation.CurvePoint;
import dev.offramp.fit.evaluation.Details;
import dev.offramp.fit.evaluation.RiskCurve;
import java.util.List;
import java.util.stream.Stream;

/** How often answers are wrong if only the surest are given. */
final class RiskPlot {
  private static final Look TAKEN = Look.line(Ink.FIRST);
  private static final Look FULL = Look.dashed(Ink.SECOND, 6, 4);

  private RiskPlot() {}

  static String html(Details d) {
    double most =
        Stream.concat(d.risk().curve().stream(), d.fullDepthRisk().curve().stream())
            .filter(p -> p.x() > 0.02)
            .mapToDouble(CurvePoint::y)
            .max()
            .orElse(0);
    Plot plot =
        new Plot(
            Axis.share("share of examples answered"),
            Axis.shares("error among them", 0, Math.max(most, 0.001)));
    draw(plot, FULL, d.fullDepthRisk().curve());
    draw(plot, TAKEN, d.risk().curve());
    return Panel.html(
        "Error against share answered",
        new Legend()
            .add(TAKEN, "exit taken, area " + area(d.risk()))
            .add(FULL, "full depth, area " + area(d.fullDepthRisk()))
            .html(),
        plot.svg(
            "Error against share answered. All answered: %s wrong; area under the curve %s, at full depth %s."
                .formatted(
                    Numbers.percent2(d.risk().errorAtAll()),
                    area(d.risk()),
                    area(d.fullDepthRisk()))),
        """
        Lower is better. The surest examples are answered first, by the confidence at the exit \
        taken; read from the right: decline the least sure tenth, and the error falls to where the \
        line crosses 90 %. The area is the mean error over all shares, in points.""");
  }

  private static void draw(Plot plot, Look look, List<CurvePoint> curve) {
    plot.draw(
        look,
        curve.stream().mapToDouble(CurvePoint::x).toArray(),
        curve.stream().mapToDouble(CurvePoint::y).toArray());
  }

  private static String area(RiskCurve curve) {
    return Numbers.two(100 * curve.area());
  }
}
