package dev.offramp.fit.report;

import dev.offramp.fit.evaluation.Case;
import dev.offramp.fit.evaluation.Details;
import dev.offramp.fit.evaluation.Evaluation;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** The page that a report is. It needs no network and no script. */
final class ReportPage {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ROOT)
          .withLocale(Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final Evaluation evaluation;
  private final Details details;
  private final Instant now;

  /**
   * The page of an evaluation.
   *
   * @param evaluation with its details
   * @param now the date it bears
   */
  ReportPage(Evaluation evaluation, Instant now) {
    if (evaluation.details() == null) {
      throw new IllegalArgumentException(
          "a report needs an evaluation in full: that of bundle %s was made in short"
              .formatted(evaluation.bundle()));
    }
    this.evaluation = evaluation;
    this.details = evaluation.details();
    this.now = now;
  }

  String html() {
    String title = Html.escape(details.name());
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
        <meta name="color-scheme" content="light dark"/>
        <title>%s: evaluation</title>
        <style>
        %s</style>
        </head>
        <body>
        <header class="top">
        <h1>%s</h1>
        %s%s</header>
        <main>
        %s%s%s%s%s%s%s%s</main>
        <footer>Written by offramp evaluate. All of these figures are in evaluation.json beside this page.</footer>
        </body>
        </html>
        """
        .formatted(
            title,
            Theme.css(),
            title,
            meta(),
            nav(),
            KeyFigures.html(evaluation),
            cost(),
            exits(),
            probabilities(),
            sets(),
            declining(),
            examples(),
            promises());
  }

  private String meta() {
    StringBuilder out = new StringBuilder("<dl class=\"meta\">\n");
    term(out, "bundle", evaluation.bundle());
    term(out, "data", evaluation.data());
    term(out, "point", evaluation.point());
    term(out, "test examples", Numbers.count(evaluation.examples()));
    if (details.outOfScope() != null) {
      term(out, "out of scope", Numbers.count(details.outOfScope().examples()));
    }
    term(out, "judged", DATE.format(now));
    return out.append("</dl>\n").toString();
  }

  private static void term(StringBuilder out, String name, String value) {
    out.append("<div><dt>%s</dt><dd>%s</dd></div>\n".formatted(name, Html.escape(value)));
  }

  private String nav() {
    return """
        <nav aria-label="Sections"><ul>
        <li><a href="#cost">Accuracy and cost</a></li>
        <li><a href="#exits">Exits</a></li>
        <li><a href="#probabilities">Probabilities</a></li>
        <li><a href="#sets">Prediction sets</a></li>
        <li><a href="#declining">%s</a></li>
        <li><a href="#examples">Examples</a></li>
        <li><a href="#promises">What is not promised</a></li>
        </ul></nav>
        """
        .formatted(decliningTitle());
  }

  private static String section(String id, String title, String lead, String body) {
    return """
        <section id="%s" aria-labelledby="%s-title">
        <h2 id="%s-title">%s</h2>
        <p class="lead">%s</p>
        %s</section>
        """
        .formatted(id, id, id, title, Html.escape(lead), body);
  }

  private static String pair(String... panels) {
    return "<div class=\"pair\">\n%s</div>\n".formatted(String.join("", panels));
  }

  private static String card(String title, String body, String reading) {
    return """
        <div class="card">
        <h3>%s</h3>
        %s<p class="reading">%s</p>
        </div>
        """
        .formatted(title, body, Html.escape(reading));
  }

  private String cost() {
    return section(
        "cost",
        "Accuracy and cost",
        "What leaving early saves, and what it costs in right answers.",
        pair(FrontPlot.html(evaluation), FunnelPlot.html(evaluation))
            + card(
                "All operating points",
                Tables.points(evaluation),
                """
                A running job can move between these points. Expected is what held-out examples \
                gave when the bundle was learned; the rest was measured now. Lambda is the price \
                of cost that a point's gates were learned for; a dash means that they are a plain \
                threshold, or shut."""));
  }

  private String exits() {
    return section(
        "exits",
        "Each exit",
        "Who left where, how right and how sure they were, and what their sets hold.",
        card(
            "All exits at point " + Html.escape(evaluation.point()),
            Tables.exits(evaluation),
            """
            Chance is the calibration error that exact probabilities would show on so few \
            examples. Calibrated on says how many held-out examples made an exit's probabilities \
            and sets; neighbours with few examples share them."""));
  }

  private String probabilities() {
    return section(
        "probabilities",
        "Do the probabilities hold?",
        "Of all answers given with 90 % confidence, nine in ten should be right.",
        pair(ReliabilityPlots.overall(evaluation), ReliabilityPlots.fullDepth(evaluation))
            + ReliabilityPlots.byExit(evaluation));
  }

  private String sets() {
    SetPlots plots = new SetPlots(evaluation);
    return section(
        "sets",
        "Do the prediction sets hold?",
        "A prediction set names the labels that may be true, and holds the truth as often as asked.",
        pair(plots.coverage(), plots.sizes())
            + pair(
                SizeAgainstCoveragePlot.html(evaluation),
                card(
                    "Against full depth",
                    Tables.sets(details.setSizes()),
                    """
                    Both were calibrated on the same held-out examples. Full depth at this \
                    coverage is read off between its levels, since a fair comparison of sizes \
                    needs equal coverage; a dash means that its levels don't enclose it.""")));
  }

  private String decliningTitle() {
    return details.outOfScope() == null ? "Answering when sure" : "Out of scope";
  }

  private String declining() {
    String risk = RiskPlot.html(details);
    String entropy = EntropyPlot.html(details.entropy());
    String table =
        card(
            "Declining the least sure",
            Tables.risks(details.risk(), details.fullDepthRisk()),
            """
            What to expect of a rule that answers the surest share of events and hands the rest \
            to a person or a larger model.""");
    return details.outOfScope() == null
        ? section(
            "declining",
            "Answering only when sure",
            "What is gained by declining the examples that the network is least sure of.",
            pair(risk, entropy) + table)
        : section(
            "declining",
            "Declining, and out of scope",
            "What is gained by declining the examples that the network is least sure of, and whether examples that no label fits are noticed.",
            pair(risk, RocPlot.html(details.outOfScope())) + pair(entropy, table));
  }

  private String examples() {
    StringBuilder body = new StringBuilder();
    body.append(
        card(
            "The hardest",
            cases("The hardest examples", "test example", details.hardest()),
            "Those whose truth was thought least likely. Some of them may be wrong labels in the data."));
    body.append(
        card(
            "The easiest",
            cases("The easiest examples", "test example", details.easiest()),
            "Right answers that left first, the surest first; one of each label."));
    if (!details.surestOutOfScope().isEmpty()) {
      body.append(
          card(
              "Out of scope, but sure",
              cases(
                  "Out-of-scope examples that the network is sure of",
                  "out-of-scope example",
                  details.surestOutOfScope()),
              "No label fits these, and the network noticed least."));
    }
    return section(
        "examples",
        "Examples",
        "What single examples got, with their prediction sets at %s."
            .formatted(Numbers.wholePercent(evaluation.figures().confidenceLevel())),
        "<div class=\"stack\">\n%s</div>\n".formatted(body));
  }

  private static String cases(String name, String kind, List<Case> cases) {
    return "<div class=\"cases\">%s</div>\n".formatted(Tables.cases(name, kind, cases));
  }

  private String promises() {
    return """
        <section id="promises" aria-labelledby="promises-title">
        <h2 id="promises-title">What these figures do not promise</h2>
        <ul class="promises">
        <li>They hold for events like these test examples. Where the stream drifts away from them, nothing here is promised: neither accuracy, nor probabilities, nor coverage.</li>
        <li>Coverage is promised in the mean over all events of a calibration group, not for each label, each text, or each single event. The strokes beside its marks show how little so few test examples can tell.</li>
        <li>At an exit, coverage and calibration are those of the events that the gate let go there. Another operating point has other gates, and its own figures.</li>
        <li>Events that a latency budget forces out early are calibrated apart and are not in these figures.</li>
        <li>Small calibration errors can't be told from chance, and the fewer the examples, the larger chance looks: compare each with the figure beside it.</li>
        <li>Whoever chooses an operating point by this page makes its figures look better than they will be. The points themselves were chosen on other examples.</li>
        <li>Cost counts multiply-adds, not time. Batching, padding and the exits' own work make the speed-up smaller.</li>
        <li>The bundle was learned once, with one seed. Learning again with another seed gives somewhat other figures.</li>%s
        </ul>
        </section>
        """
        .formatted(
            details.outOfScope() == null
                ? ""
                : "\n<li>Out-of-scope figures hold for out-of-scope examples of this kind. Others may be easier or harder to notice.</li>");
  }
}
