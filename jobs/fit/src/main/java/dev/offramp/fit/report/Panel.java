package dev.offramp.fit.report;

/** A plot with its title, its legend and how to read it. */
final class Panel {
  private Panel() {}

  /**
   * The panel.
   *
   * @param title plain text
   * @param legend markup; empty for none
   * @param drawing markup
   * @param reading how to read it; plain text
   */
  static String html(String title, String legend, String drawing, String reading) {
    return """
        <figure class="card">
        <h3>%s</h3>
        %s<div class="plot">%s</div>
        <figcaption>%s</figcaption>
        </figure>
        """
        .formatted(Html.escape(title), legend, drawing, Html.escape(reading));
  }
}
