package dev.offramp.bench.budget;

import dev.offramp.bench.budget.Panel.Tick;
import dev.offramp.bench.budget.Panel.Word;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/**
 * One picture of all simulations: a row each, with what came and left, the runners' points, shares,
 * and the backlog, over time. For a width of 900 pixels, drawn with twice as many. Stateless.
 */
final class SimulationPlots {
  private static final int WIDTH = 900;
  private static final int SCALE = 2;
  private static final int TOP = 64;
  private static final int ROW = 138;
  private static final int HEAD = 34;
  private static final int FOOT = 30;
  private static final int COLUMNS = 4;
  private static final int LEFT = 46;
  private static final int GAP = 48;
  private static final int EDGE = 16;
  private static final int BINS = 200;
  private static final List<List<Word>> TITLES =
      List.of(
          List.of(
              quiet("events a second:"),
              new Word("came", Panel.SECOND),
              new Word("left", Panel.FIRST)),
          List.of(
              quiet("operating point of"),
              new Word("runner 1", Panel.PALE),
              new Word("runner 2", Panel.FIRST)),
          List.of(
              quiet("%"),
              new Word("busy", Panel.MUTED),
              new Word("forced", Panel.THIRD),
              new Word("late", Panel.SECOND)),
          List.of(quiet("unread events")));

  private SimulationPlots() {}

  private static Word quiet(String text) {
    return new Word(text, Panel.QUIET);
  }

  /** Writes the picture as PNG. */
  static void write(Path file, List<Simulation.Result> results) throws IOException {
    int height = TOP + ROW * results.size();
    BufferedImage image =
        new BufferedImage(WIDTH * SCALE, height * SCALE, BufferedImage.TYPE_INT_RGB);
    Graphics2D drawing = image.createGraphics();
    drawing.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    drawing.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    drawing.setRenderingHint(
        RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    drawing.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    drawing.scale(SCALE, SCALE);
    drawing.setColor(Color.WHITE);
    drawing.fill(new Rectangle2D.Double(0, 0, WIDTH, height));
    drawing.setColor(Panel.TEXT);
    drawing.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 16));
    drawing.drawString("The operating point follows load", EDGE, 28);
    drawing.setColor(Panel.QUIET);
    drawing.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    drawing.drawString(
        "Simulated: bge-small on CLINC150, two runners, budget 50 ms from reading unless said, 1 % of events may be late. Seconds across.",
        EDGE, 46);
    for (int i = 0; i < results.size(); i++) {
      row(drawing, TOP + ROW * i, results.get(i));
    }
    drawing.dispose();
    ImageIO.write(image, "png", file.toFile());
  }

  private static void row(Graphics2D drawing, int top, Simulation.Result result) {
    Scenario scenario = result.scenario();
    Bins bins = new Bins(result.timeline(), BINS);
    List<Panel> panels = new ArrayList<>();
    List<Tick> seconds = ticks(scenario.seconds());
    double[] most = {
      round(Math.max(max(bins.arrived()), max(bins.left()))),
      scenario.machine().fullDepth(),
      100,
      round(Math.max(10, max(bins.unread())))
    };
    double width = (WIDTH - EDGE - LEFT - (COLUMNS - 1) * GAP) / (double) COLUMNS;
    for (int c = 0; c < COLUMNS; c++) {
      Rectangle2D area =
          new Rectangle2D.Double(LEFT + c * (width + GAP), top + HEAD, width, ROW - HEAD - FOOT);
      Panel panel = new Panel(drawing, area, scenario.seconds(), most[c]);
      panel.axes(seconds, c == 1 ? points(scenario) : ticks(most[c]));
      panels.add(panel);
    }
    panels.get(0).write(scenario.title(), EDGE, top + 8, 0, Panel.TEXT, true);
    panels.get(0).write(said(Summary.of(result)), WIDTH - EDGE, top + 8, 1, Panel.QUIET, false);
    for (int c = 0; c < COLUMNS; c++) {
      panels.get(c).title(TITLES.get(c));
    }
    panels.get(0).line(bins.seconds(), bins.arrived(), Panel.SECOND, 1.2f);
    panels.get(0).line(bins.seconds(), bins.left(), Panel.FIRST, 1.2f);
    steps(panels.get(1), result);
    panels.get(2).line(bins.seconds(), bins.busy(), Panel.MUTED, 1.2f);
    panels.get(2).line(bins.seconds(), bins.forced(), Panel.THIRD, 1.4f);
    panels.get(2).line(bins.seconds(), bins.late(), Panel.SECOND, 1.4f);
    panels.get(3).line(bins.seconds(), bins.unread(), Panel.FIRST, 1.4f);
  }

  private static void steps(Panel panel, Simulation.Result result) {
    Scenario scenario = result.scenario();
    panel.across(scenario.configured());
    Color[] colors = {Panel.PALE, Panel.FIRST};
    float[] widths = {3.6f, 1.2f};
    for (int runner = 0; runner < scenario.machine().runners(); runner++) {
      List<Double> xs = new ArrayList<>(List.of(0.0));
      List<Double> ys = new ArrayList<>(List.of((double) scenario.configured()));
      for (Simulation.MoveAt at : result.moves()) {
        if (at.runner() == runner) {
          xs.add(at.second());
          ys.add((double) at.move().from());
          xs.add(at.second());
          ys.add((double) at.move().to());
        }
      }
      xs.add(scenario.seconds());
      ys.add(ys.get(ys.size() - 1));
      panel.line(array(xs), array(ys), colors[runner % 2], widths[runner % 2]);
    }
  }

  private static String said(Summary summary) {
    String recovered =
        Double.isNaN(summary.recoverySeconds())
            ? ""
            : String.format(Locale.ROOT, "recovered in %.1f s, ", summary.recoverySeconds());
    return String.format(
        Locale.ROOT,
        "%d moves, %slate %.1f %%, forced %.1f %%, accuracy %.1f %%",
        summary.moves(),
        recovered,
        100 * summary.lateShare(),
        100 * summary.forcedShare(),
        100 * summary.meanAccuracy());
  }

  private static List<Tick> points(Scenario scenario) {
    return IntStream.range(0, scenario.machine().points().size())
        .filter(i -> i == scenario.configured() || (i % 2 == 0 && far(i, scenario.configured())))
        .mapToObj(i -> new Tick(i, scenario.machine().points().get(i).name()))
        .toList();
  }

  private static boolean far(int point, int other) {
    return Math.abs(point - other) > 1;
  }

  private static List<Tick> ticks(double most) {
    return IntStream.of(0, 1, 2)
        .mapToDouble(i -> most * i / 2)
        .mapToObj(at -> new Tick(at, label(at)))
        .toList();
  }

  private static String label(double value) {
    return value >= 10_000
        ? String.format(Locale.ROOT, "%.0fk", value / 1000)
        : String.format(Locale.ROOT, "%,.0f", value);
  }

  /** The next round number. */
  private static double round(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    for (double step : new double[] {1, 2, 4, 6, 8}) {
      if (value <= step * power) {
        return step * power;
      }
    }
    return 10 * power;
  }

  private static double max(double[] values) {
    double max = 0;
    for (double value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
