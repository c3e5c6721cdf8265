package dev.offramp.fit.report;

import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import org.knowm.xchart.style.markers.Circle;
import org.knowm.xchart.style.markers.Diamond;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.None;
import org.knowm.xchart.style.markers.Square;
import org.knowm.xchart.style.markers.TriangleUp;

/** What a point is marked with, so that lines differ by more than colour. */
enum Mark {
  NONE,
  CIRCLE,
  SQUARE,
  TRIANGLE,
  DIAMOND,
  /** Goes around another mark. */
  RING;

  /** Its width in the drawing's units. */
  static final int SIZE = 8;

  Marker marker() {
    return switch (this) {
      case NONE -> new None();
      case CIRCLE -> new Circle();
      case SQUARE -> new Square();
      case TRIANGLE -> new TriangleUp();
      case DIAMOND -> new Diamond();
      case RING -> new Ring();
    };
  }

  private static final class Ring extends Marker {
    @Override
    public void paint(Graphics2D g, double x, double y, int size) {
      g.setStroke(new BasicStroke(2));
      g.draw(new Ellipse2D.Double(x - size, y - size, 2.0 * size, 2.0 * size));
    }
  }
}
