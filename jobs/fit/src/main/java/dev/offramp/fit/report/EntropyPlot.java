package dev.offramp.fit.report;

import dev.offramp.fit.evaluation.CurvePoint;
import dev.offramp.fit.evaluation.EntropyCurves;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** How entropy is spread among right answers, wrong answers and strangers. */
final class EntropyPlot {
  private static final Look RIGHT = Look.line(Ink.FIRST);
  private static final Look WRONG = Look.dashed(Ink.SECOND, 7, 4);
  private static final Look STRANGE = Look.dashed(Ink.FOURTH, 2, 3);

  private EntropyPlot() {}

  static String html(EntropyCurves entropy) {
    double most =
        Stream.of(entropy.right(), entropy.wrong(), entropy.outOfScope())
            .flatMap(List::stream)
            .mapToDouble(CurvePoint::x)
            .max()
            .orElse(1);
    Plot plot =
        new Plot(
            Axis.upTo("entropy at the exit taken, nats", Math.max(most, 0.1)),
            Axis.share("share with at most so much"));
    Legend legend = new Legend();
    draw(plot, legend, RIGHT, entropy.right(), "right answers");
    draw(plot, legend, WRONG, entropy.wrong(), "wrong answers");
    draw(plot, legend, STRANGE, entropy.outOfScope(), "out of scope");
    return Panel.html(
        "Entropy of right and wrong answers",
        legend.html(),
        plot.svg("Share of examples with at most so much entropy, for right and wrong answers."),
        """
        The further apart the lines, the better entropy tells them apart. Each line says what \
        share of its examples has at most that entropy: right answers should rise at once, wrong \
        ones late.""");
  }

  /** A curve from (0, 0) on; nothing if there is none. */
  private static void draw(
      Plot plot, Legend legend, Look look, List<CurvePoint> curve, String name) {
    if (curve.isEmpty()) {
      return;
    }
    plot.draw(
        look,
        DoubleStream.concat(DoubleStream.of(0), curve.stream().mapToDouble(CurvePoint::x))
            .toArray(),
        DoubleStream.concat(DoubleStream.of(0), curve.stream().mapToDouble(CurvePoint::y))
            .toArray());
    legend.add(look, name);
  }
}
