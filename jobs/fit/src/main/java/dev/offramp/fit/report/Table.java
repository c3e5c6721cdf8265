package dev.offramp.fit.report;

import java.util.List;

/** A table that scrolls in its own box where the page is narrow. One thread. */
final class Table {
  private final String name;
  private final int words;
  private final StringBuilder head = new StringBuilder();
  private final StringBuilder body = new StringBuilder();

  /**
   * A table.
   *
   * @param name what it shows
   * @param columns headings
   * @param words how many columns from the left hold words; the others hold numbers
   */
  Table(String name, List<String> columns, int words) {
    this.name = name;
    this.words = words;
    for (int k = 0; k < columns.size(); k++) {
      head.append("<th scope=\"col\"%s>%s</th>".formatted(style(k), Html.escape(columns.get(k))));
    }
  }

  /** One more row of plain texts, the first of which names it. */
  Table row(List<String> cells) {
    return row(cells, false);
  }

  /** One more row of plain texts, picked out if it is the chosen one. */
  Table row(List<String> cells, boolean chosen) {
    body.append(chosen ? "<tr class=\"chosen\">" : "<tr>");
    for (int k = 0; k < cells.size(); k++) {
      String tag = k == 0 ? "th scope=\"row\"" : "td";
      body.append(
          "<%s%s>%s</%s>"
              .formatted(tag, style(k), Html.escape(cells.get(k)), k == 0 ? "th" : "td"));
    }
    body.append("</tr>\n");
    return this;
  }

  private String style(int column) {
    return column < words ? "" : " class=\"n\"";
  }

  String html() {
    return """
        <div class="scroll" role="region" aria-label="%s" tabindex="0"><table>
        <thead><tr>%s</tr></thead>
        <tbody>
        %s</tbody>
        </table></div>
        """
        .formatted(Html.escape(name), head, body);
  }
}
