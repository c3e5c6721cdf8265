package dev.offramp.bench;

import dev.offramp.bench.ThroughputResult.Summary;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * A throughput benchmark as a picture: a bar an opponent, as long as its median of events a second,
 * with a whisker over its spread and how many times faster Offramp is. Drawn twice as large as it
 * is shown, for dense screens. One thread.
 */
public final class ThroughputPlot {
  private static final int WIDTH = 900;
  private static final int SCALE = 2;
  private static final int TOP = 84;
  private static final int ROW = 56;
  private static final int BAR = 30;
  private static final int BOTTOM = 44;
  private static final int LEFT = 24;
  private static final int BARS_LEFT = 300;
  private static final int BARS_RIGHT = 600;
  private static final int CAP = 5;

  private static final Color PAPER = Color.WHITE;
  private static final Color INK = new Color(0x1f2933);
  private static final Color MUTED = new Color(0x6b7480);
  private static final Color OTHERS = new Color(0xb8c1cc);
  private static final Color OFFRAMP = new Color(0x0b5fce);
  private static final Color AXIS = new Color(0x7b8591);

  private final ThroughputResult result;
  private final Graphics2D g;
  private final double most;

  private ThroughputPlot(ThroughputResult result, Graphics2D g) {
    this.result = result;
    this.g = g;
    this.most =
        result.opponents().stream().mapToDouble(s -> s.eventsPerSecond().max()).max().orElse(1);
  }

  /** Writes the picture as a PNG file. */
  public static void write(ThroughputResult result, Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    ImageIO.write(draw(result), "png", file.toFile());
  }

  static BufferedImage draw(ThroughputResult result) {
    int height = TOP + ROW * result.opponents().size() + BOTTOM;
    BufferedImage image =
        new BufferedImage(SCALE * WIDTH, SCALE * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    try {
      g.scale(SCALE, SCALE);
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      g.setColor(PAPER);
      g.fillRect(0, 0, WIDTH, height);
      new ThroughputPlot(result, g).draw(height);
    } finally {
      g.dispose();
    }
    return image;
  }

  private void draw(int height) {
    var subject = result.subject();
    var machine = result.machine();
    text(INK, Font.BOLD, 20, LEFT, 34, "Events a second");
    text(
        MUTED,
        Font.PLAIN,
        14,
        LEFT,
        58,
        "%s on %s, point %s; median of %d rounds, whiskers from least to most"
            .formatted(subject.backbone(), subject.data(), subject.point(), subject.rounds()));
    List<Summary> opponents = result.opponents();
    for (int i = 0; i < opponents.size(); i++) {
      bar(opponents.get(i), TOP + ROW * i);
    }
    g.setColor(AXIS);
    g.setStroke(new BasicStroke(1));
    g.drawLine(BARS_LEFT, TOP - 4, BARS_LEFT, TOP + ROW * opponents.size() - 10);
    text(
        MUTED,
        Font.PLAIN,
        12,
        LEFT,
        height - 18,
        "%s, %d cores, %s"
            .formatted(machine.cpu(), machine.cores(), machine.date().substring(0, 10)));
  }

  private void bar(Summary summary, int y) {
    boolean ours = summary.name().startsWith(Opponents.OFFRAMP);
    Ratio rate = summary.eventsPerSecond();
    int end = x(rate.median());
    text(INK, Font.BOLD, 15, LEFT, y + 14, summary.name());
    text(MUTED, Font.PLAIN, 12, LEFT, y + 30, summary.description());
    g.setColor(ours ? OFFRAMP : OTHERS);
    g.fillRect(BARS_LEFT, y, end - BARS_LEFT, BAR);
    g.setColor(INK);
    g.setStroke(new BasicStroke(1.5f));
    int middle = y + BAR / 2;
    g.drawLine(x(rate.min()), middle, x(rate.max()), middle);
    g.drawLine(x(rate.min()), middle - CAP, x(rate.min()), middle + CAP);
    g.drawLine(x(rate.max()), middle - CAP, x(rate.max()), middle + CAP);
    String value = String.format(Locale.ROOT, "%,.0f", rate.median());
    int at = x(rate.max()) + 12;
    Ratio ratio = result.ratios().get(Opponents.OFFRAMP + "/" + summary.name());
    text(INK, Font.BOLD, 15, at, ratio == null ? y + 20 : y + 12, value);
    if (ratio != null) {
      text(
          MUTED,
          Font.PLAIN,
          12,
          at,
          y + 28,
          "%s/%s %s (%s to %s)"
              .formatted(
                  Opponents.OFFRAMP,
                  summary.name(),
                  times(ratio.median()),
                  times(ratio.min()),
                  times(ratio.max())));
    }
  }

  private int x(double rate) {
    return BARS_LEFT + (int) Math.round((BARS_RIGHT - BARS_LEFT) * rate / most);
  }

  private void text(Color color, int style, int size, int x, int y, String words) {
    g.setColor(color);
    g.setFont(font(style, size));
    g.drawString(words, x, y);
  }

  private static Font font(int style, int size) {
    return new Font(Font.SANS_SERIF, style, size);
  }

  private static String times(double ratio) {
    return String.format(Locale.ROOT, ratio < 2 ? "%.3f" : "%.2f", ratio);
  }
}
