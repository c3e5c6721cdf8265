package dev.offramp.fit.report;

import java.awt.geom.Line2D;

/** Says under a plot's title what its lines and points are. One thread. */
final class Legend {
  private static final int WIDTH = 30;
  private static final int HEIGHT = 16;

  private final StringBuilder out = new StringBuilder();

  /**
   * One more entry.
   *
   * @param name plain text
   */
  Legend add(Look look, String name) {
    Canvas canvas = new Canvas();
    canvas.graphics().setColor(look.color());
    if (look.width() > 0) {
      canvas.graphics().setStroke(look.stroke());
      canvas.graphics().draw(new Line2D.Double(0, HEIGHT / 2.0, WIDTH, HEIGHT / 2.0));
    }
    look.mark().marker().paint(canvas.graphics(), WIDTH / 2.0, HEIGHT / 2.0, Mark.SIZE);
    out.append(
        """
        <li><svg viewBox="0 0 %d %d" aria-hidden="true">%s</svg>%s</li>
        """
            .formatted(WIDTH, HEIGHT, canvas.shapes().strip(), Html.escape(name)));
    return this;
  }

  String html() {
    return "<ul class=\"legend\">\n%s</ul>\n".formatted(out);
  }
}
