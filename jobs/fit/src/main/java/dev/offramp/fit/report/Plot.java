package dev.offramp.fit.report;

import java.awt.Color;
import java.awt.geom.AffineTransform;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.markers.None;

/**
 * A plot in the making. XChart scales and draws lines and points; grid lines are lines too. Words
 * are written beside as SVG text: XChart would draw each letter as a shape in a font of the machine
 * that runs this, which neither follows the page's font nor grows on a phone. What lies outside the
 * axes isn't drawn. One thread.
 */
final class Plot {
  /** Room around the axes, in the drawing's units: for labels and titles. */
  record Margins(int left, int right, int top, int bottom) {
    static final Margins USUAL = new Margins(54, 16, 30, 46);
  }

  /** Which end of a text its place is. */
  enum Anchor {
    START("start"),
    MIDDLE("middle"),
    END("end");

    private final String written;

    Anchor(String written) {
      this.written = written;
    }
  }

  private static final int WIDTH = 460;
  private static final int HEIGHT = 300;
  private static final int BELOW = 18;
  private static final int TITLE_BELOW = 39;
  private static final Color NOTHING = new Color(0, 0, 0, 0);

  private record Word(double x, double y, Anchor anchor, String style, String text) {}

  private final Axis x;
  private final Axis y;
  private final int width;
  private final int height;
  private final Margins margins;
  private final XYChart chart;
  private final List<Runnable> words = new ArrayList<>();
  private final List<Word> written = new ArrayList<>();
  private int series;

  /** A plot of the usual size. */
  Plot(Axis x, Axis y) {
    this(x, y, WIDTH, HEIGHT, Margins.USUAL);
  }

  Plot(Axis x, Axis y, int width, int height, Margins margins) {
    this.x = x;
    this.y = y;
    this.width = width;
    this.height = height;
    this.margins = margins;
    this.chart = new XYChart(innerWidth(), innerHeight());
    chart
        .getStyler()
        .setXAxisMin(x.scale().applyAsDouble(x.min()))
        .setXAxisMax(x.scale().applyAsDouble(x.max()))
        .setYAxisMin(y.scale().applyAsDouble(y.min()))
        .setYAxisMax(y.scale().applyAsDouble(y.max()))
        .setAxisTicksVisible(false)
        .setAxisTitlesVisible(false)
        .setPlotMargin(0)
        .setPlotGridLinesVisible(false)
        .setChartPadding(0)
        .setLegendVisible(false)
        .setChartTitleVisible(false)
        .setPlotBorderVisible(false)
        .setPlotContentSize(1)
        .setMarkerSize(Mark.SIZE)
        .setChartBackgroundColor(NOTHING)
        .setPlotBackgroundColor(NOTHING);
    grid();
  }

  private int innerWidth() {
    return width - margins.left() - margins.right();
  }

  private int innerHeight() {
    return height - margins.top() - margins.bottom();
  }

  private void grid() {
    Look thin = Look.line(Ink.GRID).withWidth(1);
    if (x.grid()) {
      x.ticks().forEach(t -> line(thin, t, y.min(), t, y.max()));
    }
    if (y.grid()) {
      y.ticks().forEach(t -> line(thin, x.min(), t, x.max(), t));
    }
    line(Look.line(Ink.AXIS).withWidth(1), x.min(), y.min(), x.max(), y.min());
  }

  /** The same with marks of another size. */
  Plot withMarks(int size) {
    chart.getStyler().setMarkerSize(size);
    return this;
  }

  /** A straight line. */
  Plot line(Look look, double fromX, double fromY, double toX, double toY) {
    return draw(look, new double[] {fromX, toX}, new double[] {fromY, toY});
  }

  /** A line through points, or points alone, as the look says. */
  Plot draw(Look look, double[] xs, double[] ys) {
    List<Double> keptX = new ArrayList<>();
    List<Double> keptY = new ArrayList<>();
    for (int i = 0; i < xs.length; i++) {
      if (x.holds(xs[i]) && y.holds(ys[i])) {
        keptX.add(x.scale().applyAsDouble(xs[i]));
        keptY.add(y.scale().applyAsDouble(ys[i]));
      }
    }
    if (keptX.isEmpty()) {
      return this;
    }
    // Marks are a series of their own: XChart draws them between the pieces of a line.
    if (look.width() > 0) {
      add(keptX, keptY)
          .setMarker(new None())
          .setLineStyle(look.stroke())
          .setLineColor(look.color());
    }
    if (look.mark() != Mark.NONE) {
      XYSeries marks = add(keptX, keptY);
      marks.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
      marks.setMarker(look.mark().marker()).setMarkerColor(look.color());
    }
    return this;
  }

  private XYSeries add(List<Double> xs, List<Double> ys) {
    return chart.addSeries(Integer.toString(series++), xs, ys);
  }

  /**
   * A text beside a point.
   *
   * @param dx units to the right of it
   * @param dy units below it
   * @param style class of the text; empty for none
   */
  Plot note(
      double atX, double atY, double dx, double dy, Anchor anchor, String style, String text) {
    words.add(
        () ->
            written.add(
                new Word(
                    chart.getScreenXFromChart(x.scale().applyAsDouble(atX)) + dx,
                    chart.getScreenYFromChart(y.scale().applyAsDouble(atY)) + dy,
                    anchor,
                    style,
                    text)));
    return this;
  }

  /**
   * The drawing.
   *
   * @param label what it shows, in words, for those who don't see it
   */
  String svg(String label) {
    labels();
    Canvas canvas = new Canvas();
    AffineTransform before = canvas.graphics().getTransform();
    chart.paint(canvas.graphics(), innerWidth(), innerHeight());
    canvas.graphics().setTransform(before);
    // Only now does the chart know where things are.
    words.forEach(Runnable::run);
    StringBuilder out = new StringBuilder();
    out.append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n<g transform=\"translate(%d %d)\">\n"
            .formatted(width, height, Html.escape(label), margins.left(), margins.top()));
    out.append(canvas.shapes());
    for (Word w : written) {
      out.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>%n",
              w.x,
              w.y,
              w.anchor.written,
              w.style.isEmpty() ? "" : " class=\"%s\"".formatted(w.style),
              Html.escape(w.text)));
    }
    return out.append("</g>\n</svg>\n").toString();
  }

  private void labels() {
    for (int k = 0; k < x.ticks().size(); k++) {
      note(x.ticks().get(k), y.min(), 0, BELOW, Anchor.MIDDLE, "", x.labels().get(k));
    }
    for (int k = 0; k < y.ticks().size(); k++) {
      note(x.min(), y.ticks().get(k), -7, 4, Anchor.END, "", y.labels().get(k));
    }
    String title = "title";
    note(x.max(), y.min(), 0, TITLE_BELOW, Anchor.END, title, x.title());
    note(x.min(), y.max(), -margins.left(), -14, Anchor.START, title, y.title());
  }
}
