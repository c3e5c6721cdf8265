package dev.offramp.bench.budget;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;

/**
 * A small plot on a drawing: an area with linear axes from zero, lines in it, words beside. Many
 * stand on one picture, so axes have three or four labels and no titles. One thread.
 */
final class Panel {
  static final Color TEXT = new Color(0x1b2027);
  static final Color QUIET = new Color(0x565f6b);
  static final Color FIRST = new Color(0x0b5fce);
  static final Color PALE = new Color(0x6fa8ee);
  static final Color SECOND = new Color(0xb34700);
  static final Color THIRD = new Color(0x8d2fa8);
  static final Color MUTED = new Color(0x87919d);
  private static final Color GRID = new Color(0xe3e7ec);
  private static final Color AXIS = new Color(0x7b8591);
  private static final int LETTERS = 10;
  private static final int BELOW = 14;

  /** A place on an axis and what is written there. */
  record Tick(double at, String label) {}

  /** A text and its colour: that of the line that it names. */
  record Word(String text, Color color) {}

  private final Graphics2D drawing;
  private final Rectangle2D area;
  private final double mostX;
  private final double mostY;

  /**
   * An empty plot.
   *
   * @param area inside the axes, in the drawing's units
   * @param mostX the end of the x axis, above 0
   * @param mostY the end of the y axis, above 0
   */
  Panel(Graphics2D drawing, Rectangle2D area, double mostX, double mostY) {
    this.drawing = drawing;
    this.area = area;
    this.mostX = mostX;
    this.mostY = mostY;
  }

  /** Grid lines and the labels of both axes. */
  void axes(List<Tick> xs, List<Tick> ys) {
    drawing.setStroke(new BasicStroke(1));
    for (Tick tick : ys) {
      drawing.setColor(tick.at() == 0 ? AXIS : GRID);
      drawing.draw(new Line2D.Double(area.getMinX(), y(tick.at()), area.getMaxX(), y(tick.at())));
      write(tick.label(), area.getMinX() - 5, y(tick.at()) + 3.5, 1, QUIET, false);
    }
    for (Tick tick : xs) {
      double half = tick.at() == 0 ? 0 : tick.at() == mostX ? 1 : 0.5;
      write(tick.label(), x(tick.at()), area.getMaxY() + BELOW, half, QUIET, false);
    }
  }

  /** A line through points. */
  void line(double[] xs, double[] ys, Color color, float width) {
    Path2D path = new Path2D.Double();
    for (int i = 0; i < xs.length; i++) {
      if (i == 0) {
        path.moveTo(x(xs[i]), y(ys[i]));
      } else {
        path.lineTo(x(xs[i]), y(ys[i]));
      }
    }
    stroke(path, color, new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
  }

  /** A dashed line across. */
  void across(double at) {
    float[] dashes = {3, 3};
    BasicStroke dashed =
        new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 1, dashes, 0);
    stroke(new Line2D.Double(x(0), y(at), x(mostX), y(at)), AXIS, dashed);
  }

  /** Words above the area, each in its colour. */
  void title(List<Word> words) {
    double x = area.getMinX();
    for (Word word : words) {
      x += write(word.text(), x, area.getMinY() - 8, 0, word.color(), false) + 5;
    }
  }

  /**
   * Writes on the drawing.
   *
   * @param shift share of the text's width that lies left of x
   * @return its width
   */
  @CanIgnoreReturnValue
  double write(String text, double x, double y, double shift, Color color, boolean bold) {
    drawing.setFont(new Font(Font.SANS_SERIF, bold ? Font.BOLD : Font.PLAIN, LETTERS));
    FontMetrics metrics = drawing.getFontMetrics();
    drawing.setColor(color);
    drawing.drawString(text, (float) (x - shift * metrics.stringWidth(text)), (float) y);
    return metrics.stringWidth(text);
  }

  private void stroke(Shape shape, Color color, BasicStroke stroke) {
    Shape before = drawing.getClip();
    drawing.clip(
        new Rectangle2D.Double(
            area.getX(), area.getY() - 2, area.getWidth(), area.getHeight() + 4));
    drawing.setColor(color);
    drawing.setStroke(stroke);
    drawing.draw(shape);
    drawing.setClip(before);
  }

  private double x(double value) {
    return area.getMinX() + value / mostX * area.getWidth();
  }

  private double y(double value) {
    return area.getMaxY() - value / mostY * area.getHeight();
  }
}
