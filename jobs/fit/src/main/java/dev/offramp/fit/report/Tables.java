package dev.offramp.fit.report;

import dev.offramp.fit.evaluation.Case;
import dev.offramp.fit.evaluation.Evaluation;
import dev.offramp.fit.evaluation.Evaluation.PointFigures;
import dev.offramp.fit.evaluation.ExitUncertainty;
import dev.offramp.fit.evaluation.RiskCurve;
import dev.offramp.fit.evaluation.SetComparison;
import dev.offramp.fit.evaluation.SetFigures;
import dev.offramp.fit.evaluation.UncertaintyFigures;
import java.util.ArrayList;
import java.util.List;

/** The report's tables. Stateless. */
final class Tables {
  private static final int LONGEST_TEXT = 240;

  private Tables() {}

  /** Every operating point. */
  static String points(Evaluation e) {
    Table table =
        new Table(
            "All operating points",
            List.of(
                "Point",
                "Accuracy",
                "expected",
                "Mean cost",
                "expected",
                "ECE",
                "Coverage at " + Numbers.wholePercent(e.figures().confidenceLevel()),
                "Set size",
                "Lambda"),
            1);
    for (PointFigures p : e.points()) {
      boolean chosen = p.name().equals(e.point());
      table.row(
          List.of(
              chosen ? p.name() + " (judged)" : p.name(),
              Numbers.percent2(p.accuracy()),
              Numbers.percent2(p.expectedAccuracy()),
              Numbers.cost(p.meanCost()),
              Numbers.cost(p.expectedCost()),
              Numbers.three(p.ece()),
              Numbers.percent1(p.coverage()),
              Numbers.two(p.meanSetSize()),
              p.lambda() == null ? "–" : Numbers.plain(p.lambda())),
          chosen);
    }
    return table.html();
  }

  /** Every exit. */
  static String exits(Evaluation e) {
    List<String> columns =
        new ArrayList<>(
            List.of(
                "Exit",
                "Cost",
                "Examples",
                "Share",
                "Accuracy",
                "Confidence",
                "ECE",
                "chance",
                "Calibrated on"));
    for (SetFigures s : e.details().exitTaken().sets()) {
      columns.add("Coverage at " + Numbers.wholePercent(s.level()));
      columns.add("Set size");
    }
    Table table = new Table("Figures of each exit", columns, 1);
    for (ExitUncertainty x : e.details().exitsTaken()) {
      table.row(
          exit(
              Integer.toString(x.index()),
              Numbers.cost(x.cost()),
              x.share(),
              x.figures(),
              columns.size(),
              Numbers.count(x.calibratedOn())));
    }
    table.row(
        exit(
            "all",
            Numbers.cost(e.figures().meanCost()),
            1,
            e.details().exitTaken(),
            columns.size(),
            ""),
        true);
    table.row(exit("full depth", "1.000", 1, e.details().fullDepth(), columns.size(), ""));
    return table.html();
  }

  private static List<String> exit(
      String name,
      String cost,
      double share,
      UncertaintyFigures f,
      int columns,
      String calibratedOn) {
    List<String> cells =
        new ArrayList<>(
            List.of(
                name,
                cost,
                Numbers.count(f.examples()),
                Numbers.percent1(share),
                Numbers.percent1(f.accuracy()),
                Numbers.percent1(f.meanConfidence()),
                Numbers.three(f.ece()),
                Numbers.three(f.eceByChance()),
                calibratedOn));
    for (SetFigures s : f.sets()) {
      cells.add(Numbers.percent1(s.coverage()));
      cells.add(Numbers.two(s.meanSetSize()));
    }
    while (cells.size() < columns) {
      cells.add("–");
    }
    return cells;
  }

  /** Sets at the exit taken against full depth. */
  static String sets(List<SetComparison> sets) {
    Table table =
        new Table(
            "Prediction sets against full depth",
            List.of(
                "Level",
                "Coverage",
                "Set size",
                "Coverage at full depth",
                "Set size at full depth",
                "Full depth at this coverage",
                "Larger by"),
            1);
    for (SetComparison s : sets) {
      Double there = s.fullDepthMeanSetSizeAtThisCoverage();
      table.row(
          List.of(
              Numbers.wholePercent(s.level()),
              Numbers.percent1(s.coverage()),
              Numbers.two(s.meanSetSize()),
              Numbers.percent1(s.fullDepthCoverage()),
              Numbers.two(s.fullDepthMeanSetSize()),
              Numbers.two(there),
              there == null ? "–" : Numbers.signedPercent(s.meanSetSize() / there - 1)));
    }
    return table.html();
  }

  /** Error at a few shares answered. */
  static String risks(RiskCurve taken, RiskCurve full) {
    Table table =
        new Table(
            "Error at shares answered", List.of("Answered", "Error", "Error at full depth"), 0);
    for (int k = 0; k < taken.atShares().size(); k++) {
      table.row(
          List.of(
              Numbers.percent1(taken.atShares().get(k).x()),
              Numbers.percent2(taken.atShares().get(k).y()),
              Numbers.percent2(full.atShares().get(k).y())));
    }
    return table.html();
  }

  /**
   * Single examples.
   *
   * @param kind what a tensor is called by, before its number
   */
  static String cases(String name, String kind, List<Case> cases) {
    Table table =
        new Table(
            name,
            List.of(
                "Example", "Truth", "Answer", "Prediction set", "Probability", "Of truth", "Exit"),
            4);
    for (Case c : cases) {
      table.row(
          List.of(
              c.text() == null ? kind + " " + c.example() : shortened(c.text()),
              c.truth() == null ? "none fits" : c.truth(),
              c.answer(),
              set(c),
              Numbers.percent1(c.probability()),
              Numbers.percent1(c.truthProbability()),
              Integer.toString(c.exit())));
    }
    return table.html();
  }

  private static String set(Case c) {
    if (c.setSize() == 0) {
      return "empty";
    }
    int more = c.setSize() - c.set().size();
    return String.join(", ", c.set()) + (more > 0 ? " and %d more".formatted(more) : "");
  }

  private static String shortened(String text) {
    return text.codePointCount(0, text.length()) <= LONGEST_TEXT
        ? text
        : text.substring(0, text.offsetByCodePoints(0, LONGEST_TEXT)) + "…";
  }
}
