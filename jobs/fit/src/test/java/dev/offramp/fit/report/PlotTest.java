package dev.offramp.fit.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.fit.report.Plot.Margins;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class PlotTest {
  private static final Margins MARGINS = new Margins(10, 10, 10, 10);

  private static Axis bare(double min, double max) {
    return new Axis("", min, max, List.of(), List.of(), false, DoubleUnaryOperator.identity());
  }

  private static Plot plot() {
    return new Plot(bare(0, 1), bare(0, 10), 120, 220, MARGINS);
  }

  @Test
  void valuesFallOnTheirPlace() {
    String svg =
        plot()
            .draw(Look.line(Ink.FIRST), new double[] {0, 0.5, 1}, new double[] {0, 5, 10})
            .svg("a line");
    assertThat(svg)
        .contains("viewBox=\"0 0 120 220\"", "aria-label=\"a line\"", "translate(10 10)")
        .contains("<path class=\"s1\" d=\"M0 200L50 100L100 0\" stroke-width=\"2\"/>");
  }

  @Test
  void dashesRunOnAlongOneLine() {
    String svg =
        plot()
            .draw(Look.dashed(Ink.SECOND, 6, 4), new double[] {0, 0.5, 1}, new double[] {0, 9, 10})
            .svg("dashes");
    assertThat(svg).containsOnlyOnce("stroke-dasharray=\"6,4\"");
  }

  @Test
  void whatLiesOutsideIsNotDrawn() {
    double[] xs = {-0.1, 0.5, 1.1};
    String svg =
        plot().draw(Look.points(Ink.THIRD, Mark.CIRCLE), xs, new double[] {1, 11, 2}).svg("");
    assertThat(svg).doesNotContain(Ink.THIRD.fill() + "\"");
    assertThat(svg).contains(Ink.AXIS.stroke());
  }

  @Test
  void wordsAreTextThatIsEscaped() {
    String svg = plot().note(0.5, 5, 1, 2, Plot.Anchor.END, "small", "1 < 2").svg("\"quoted\"");
    assertThat(svg)
        .contains(
            "<text x=\"51.0\" y=\"102.0\" text-anchor=\"end\" class=\"small\">1 &lt; 2</text>")
        .contains("aria-label=\"&quot;quoted&quot;\"");
  }

  @Test
  void scaledAxesPlaceByTheirScale() {
    Axis cost = Axis.cost("cost");
    String svg =
        new Plot(cost.withGrid(false), bare(0, 10), 120, 220, MARGINS)
            .line(Look.line(Ink.FIRST), 0.25, 0, 1, 10)
            .svg("");
    assertThat(svg).contains("d=\"M50 200L100 0\"");
  }

  @Test
  void axesHaveAFewRoundTicks() {
    Axis shares = Axis.shares("accuracy", 0.9324, 0.9687);
    assertThat(shares.labels())
        .containsExactly("93\u00a0%", "94\u00a0%", "95\u00a0%", "96\u00a0%", "97\u00a0%");
    assertThat(shares.min()).isEqualTo(0.93);
    assertThat(Axis.shares("", 0.991, 1).labels()).contains("99.2\u00a0%", "100.0\u00a0%");
    assertThat(Axis.upTo("", 3.83).labels()).containsExactly("0", "1", "2", "3", "4");
    assertThat(Axis.sizes("", 0.8, 61).labels())
        .containsExactly("0.5", "1", "2", "5", "10", "20", "50", "100");
    assertThat(Axis.sizes("", 1, 1.3).labels()).startsWith("1").hasSizeLessThanOrEqualTo(7);
  }

  @Test
  void numbersAreWrittenForPeople() {
    assertThat(Numbers.percent2(0.96156)).isEqualTo("96.16\u00a0%");
    assertThat(Numbers.percent1(null)).isEqualTo("–");
    assertThat(Numbers.cost(0.0004)).isEqualTo("0.0004");
    assertThat(Numbers.cost(0.0634)).isEqualTo("0.063");
    assertThat(Numbers.count(4500)).isEqualTo("4,500");
    assertThat(Numbers.plain(0.5)).isEqualTo("0.5");
    assertThat(Numbers.plain(100)).isEqualTo("100");
    assertThat(Numbers.points(-0.0071)).isEqualTo("−0.71");
    assertThat(Numbers.points(0.00001)).isEqualTo("±0.00");
    assertThat(Numbers.signedPercent(0.256)).isEqualTo("+26\u00a0%");
    assertThat(Numbers.signedPercent(-0.001)).isEqualTo("±0\u00a0%");
  }
}
