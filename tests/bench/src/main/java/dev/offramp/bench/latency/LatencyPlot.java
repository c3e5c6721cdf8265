package dev.offramp.bench.latency;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws a result, 900 pixels wide: latency against load, a panel for each budget; and in a picture
 * of its own how each burst went by.
 */
public final class LatencyPlot {
  private static final String ENDING = ".png";
  private static final int WIDTH = 900;
  private static final int LOAD_COLUMNS = 2;
  private static final int LOAD_HEIGHT = 270;
  private static final int BURST_COLUMNS = 3;
  private static final int BURST_HEIGHT = 190;

  /** Beside the loads, in percent, so that no mark lies on an axis. */
  private static final double MARGIN = 5;

  private static final Color BLUE = new Color(0x1f5fa8);
  private static final Color ORANGE = new Color(0xd9730d);
  private static final Color PURPLE = new Color(0x7a3b8f);
  private static final Color RED = new Color(0xc22f2f);
  private static final Color INK = new Color(0x333333);
  private static final Color GRID = new Color(0xe6e6e6);
  private static final Color FAINT = new Color(0xf0f0f0);

  private final Path file;
  private final Path burstFile;

  /**
   * Plots to a file and one beside it.
   *
   * @throws IllegalArgumentException it doesn't end with .png
   */
  public LatencyPlot(Path file) {
    Path name = file.getFileName();
    if (name == null || !name.toString().endsWith(ENDING)) {
      throw new IllegalArgumentException("a plot is a file that ends with .png: " + file);
    }
    String stem = name.toString().substring(0, name.toString().length() - ENDING.length());
    this.file = file.toAbsolutePath();
    this.burstFile = this.file.resolveSibling(stem + "-bursts" + ENDING);
  }

  /** Draws and returns the files. */
  public List<Path> write(LatencyResult result) throws IOException {
    Files.createDirectories(file.getParent());
    List<XYChart> loads = loadPanels(result);
    save(loads, LOAD_COLUMNS, file);
    List<XYChart> bursts = new ArrayList<>();
    result.bursts().forEach(b -> bursts.addAll(burstPanels(b)));
    save(bursts, BURST_COLUMNS, burstFile);
    return List.of(file, burstFile);
  }

  /** Side by side, row by row; XChart's own encoder wants full rows. */
  private static void save(List<XYChart> panels, int columns, Path to) throws IOException {
    int rows = (panels.size() + columns - 1) / columns;
    int height = panels.get(0).getHeight();
    BufferedImage all = new BufferedImage(WIDTH, rows * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D canvas = all.createGraphics();
    canvas.setColor(Color.WHITE);
    canvas.fillRect(0, 0, WIDTH, all.getHeight());
    for (int i = 0; i < panels.size(); i++) {
      BufferedImage panel = BitmapEncoder.getBufferedImage(panels.get(i));
      canvas.drawImage(panel, i % columns * (WIDTH / columns), i / columns * height, null);
    }
    canvas.dispose();
    ImageIO.write(all, "png", to.toFile());
  }

  private static List<XYChart> loadPanels(LatencyResult result) {
    double least = millis(result).min().orElse(1);
    double most = millis(result).max().orElse(1);
    List<XYChart> panels = new ArrayList<>();
    for (double budget :
        result.cells().stream().mapToDouble(Cell::budgetMillis).distinct().toArray()) {
      List<Cell> cells = result.cells().stream().filter(c -> c.budgetMillis() == budget).toList();
      double[] loads = cells.stream().mapToDouble(c -> 100 * c.load()).toArray();
      XYChart chart =
          panel(
              WIDTH / LOAD_COLUMNS,
              LOAD_HEIGHT,
              "budget %s".formatted(shown(budget)),
              "load, %% of %.0f events/s".formatted(result.capacity()),
              "latency, ms");
      logarithmic(chart, least, most);
      chart
          .getStyler()
          .setXAxisMin(loads[0] - MARGIN)
          .setXAxisMax(loads[loads.length - 1] + MARGIN);
      chart.getStyler().setLegendVisible(panels.isEmpty());
      line(
          chart,
          "p50",
          loads,
          values(cells, LatencyFigures::p50Millis),
          BLUE,
          SeriesMarkers.CIRCLE);
      line(
          chart,
          "p99",
          loads,
          values(cells, LatencyFigures::p99Millis),
          ORANGE,
          SeriesMarkers.SQUARE);
      line(
          chart,
          "p99.9",
          loads,
          values(cells, LatencyFigures::p999Millis),
          PURPLE,
          SeriesMarkers.DIAMOND);
      budget(chart, budget, loads[0] - MARGIN, loads[loads.length - 1] + MARGIN);
      panels.add(chart);
    }
    return panels;
  }

  private static List<XYChart> burstPanels(Burst burst) {
    List<Window> windows = burst.windows();
    double[] seconds =
        windows.stream().mapToDouble(w -> w.second() - burst.burstBeginSecond()).toArray();
    String budget = shown(burst.all().budgetMillis());
    XYChart rates = burstPanel("budget %s: events/s".formatted(budget), "events/s");
    steps(rates, "arrived", seconds, windows, Window::arrivedPerSecond, BLUE);
    steps(rates, "emitted", seconds, windows, Window::emittedPerSecond, ORANGE);
    rates
        .getStyler()
        .setLegendVisible(true)
        .setLegendPosition(LegendPosition.InsideNE)
        .setLegendLayout(LegendLayout.Vertical);
    rates.getStyler().setYAxisMin(0.0);
    XYChart backlog = burstPanel("backlog", "events");
    steps(backlog, "backlog", seconds, windows, w -> Math.max(0, w.backlog()), BLUE);
    backlog.getStyler().setYAxisMin(0.0);
    XYChart latency = burstPanel("p99 (dashed: budget)", "ms");
    List<Window> heard = windows.stream().filter(w -> w.p99Millis() != null).toList();
    double[] when =
        heard.stream().mapToDouble(w -> w.second() - burst.burstBeginSecond()).toArray();
    steps(latency, "p99", when, heard, Window::p99Millis, ORANGE);
    double[] heights =
        DoubleStream.concat(
                heard.stream().mapToDouble(Window::p99Millis),
                DoubleStream.of(burst.all().budgetMillis()))
            .sorted()
            .toArray();
    logarithmic(latency, heights[0], heights[heights.length - 1]);
    budget(latency, burst.all().budgetMillis(), seconds[0], seconds[seconds.length - 1]);
    return List.of(rates, backlog, latency);
  }

  private static XYChart burstPanel(String title, String unit) {
    XYChart chart =
        panel(WIDTH / BURST_COLUMNS, BURST_HEIGHT, title, "seconds from the burst's begin", unit);
    chart.getStyler().setLegendVisible(false);
    return chart;
  }

  private static XYChart panel(int width, int height, String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(width)
            .height(height)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    chart
        .getStyler()
        .setPlotMargin(0)
        .setPlotGridLinesColor(GRID)
        .setPlotGridLinesStroke(new BasicStroke(1))
        .setPlotGridVerticalLinesVisible(false)
        .setAxisTickLabelsColor(INK)
        .setAxisTickMarksColor(INK)
        .setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11))
        .setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12))
        .setXAxisDecimalPattern("#")
        .setXAxisTickMarkSpacingHint(40)
        .setYAxisDecimalPattern("#,##0.##")
        .setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 13))
        .setChartTitleBoxVisible(false)
        .setChartBackgroundColor(Color.WHITE)
        .setChartFontColor(INK)
        .setChartPadding(8)
        .setPlotBorderVisible(false)
        .setLegendPosition(LegendPosition.InsideNW)
        .setLegendLayout(LegendLayout.Horizontal)
        .setLegendBorderColor(new Color(0, 0, 0, 0))
        .setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11))
        .setLegendPadding(4)
        .setMarkerSize(6);
    return chart;
  }

  /** From the decade below to the decade above. */
  private static void logarithmic(XYChart chart, double least, double most) {
    chart
        .getStyler()
        .setPlotGridLinesColor(FAINT)
        .setYAxisLogarithmic(true)
        .setYAxisLogarithmicDecadeOnly(true)
        .setYAxisMin(Math.pow(10, Math.floor(log(least))))
        .setYAxisMax(Math.pow(10, Math.ceil(log(most))));
  }

  private static void steps(
      XYChart chart,
      String name,
      double[] seconds,
      List<Window> windows,
      ToDoubleFunction<Window> value,
      Color color) {
    double[] ys = windows.stream().mapToDouble(value).toArray();
    line(chart, name, seconds, ys, color, SeriesMarkers.NONE);
  }

  private static void line(
      XYChart chart, String name, double[] xs, double[] ys, Color color, Marker marker) {
    XYSeries series = chart.addSeries(name, xs, ys);
    series.setLineColor(color).setLineStyle(new BasicStroke(1.8f));
    series.setMarker(marker).setMarkerColor(color);
  }

  private static void budget(XYChart chart, double millis, double from, double to) {
    XYSeries series =
        chart.addSeries("budget", new double[] {from, to}, new double[] {millis, millis});
    series
        .setLineColor(RED)
        .setLineStyle(
            new BasicStroke(
                1.4f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 1, new float[] {5, 4}, 0));
    series.setMarker(SeriesMarkers.NONE);
  }

  private static double[] values(List<Cell> cells, ToDoubleFunction<LatencyFigures> value) {
    return cells.stream().map(Cell::figures).mapToDouble(value).toArray();
  }

  private static DoubleStream millis(LatencyResult result) {
    return result.cells().stream()
        .flatMapToDouble(
            c ->
                DoubleStream.of(
                    c.budgetMillis(), c.figures().p50Millis(), c.figures().p999Millis()));
  }

  private static double log(double value) {
    return Math.log10(Math.max(value, 0.1));
  }

  private static String shown(double millis) {
    return String.format(Locale.ROOT, "%.0f ms", millis);
  }
}
