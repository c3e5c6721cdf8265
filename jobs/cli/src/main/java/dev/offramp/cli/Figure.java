package dev.offramp.cli;

import dev.offramp.fit.evaluation.Figures;
import dev.offramp.fit.evaluation.Interval;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.Map;

/** How figures are printed. */
final class Figure {
  private static final int BAR = 40;

  private Figure() {}

  /** With fewer examples the calibration error is mostly chance. */
  private static final int FEW = 100;

  /**
   * Accuracy, cost, calibration, and the funnel of exits.
   *
   * @param examples how many the figures come from
   */
  static void print(Console console, Figures f, int examples) {
    console.line(
        "  accuracy   %.2f %% (%s), full depth %.2f %%",
        100 * f.accuracy(), interval(f.accuracy(), examples), 100 * f.fullDepthAccuracy());
    console.line(
        "  mean cost  %.3f of the network: %.1f times less", f.meanCost(), 1 / f.meanCost());
    console.line(
        "  ECE        %.4f%s",
        f.ece(),
        examples < FEW ? " (mostly chance: it takes %d examples or more)".formatted(FEW) : "");
    console.line(
        "  sets       %.1f %% cover the truth (%s; asked: %s %%), mean size %.2f",
        100 * f.coverage(),
        interval(f.coverage(), examples),
        BigDecimal.valueOf(100 * f.confidenceLevel())
            .round(new MathContext(6))
            .stripTrailingZeros()
            .toPlainString(),
        f.meanSetSize());
    if (f.outOfScopeAuroc() != null) {
      console.line("  out of scope AUROC %.3f", f.outOfScopeAuroc());
    }
    for (Figures.ExitFigures e : f.exits()) {
      console.line("  %s", exit(e.index(), e.share(), e.accuracy()));
    }
  }

  private static String interval(double share, int examples) {
    Interval i = Interval.of(share * examples, examples);
    return String.format(Locale.ROOT, "95 %% interval %.2f to %.2f", 100 * i.low(), 100 * i.high());
  }

  /** A line of the funnel. */
  static String exit(int index, double share, Double accuracy) {
    return String.format(
        Locale.ROOT,
        "exit %2d  %-40s %5.1f %%  %s",
        index,
        "█".repeat((int) Math.round(share * BAR)),
        100 * share,
        accuracy == null ? "" : String.format(Locale.ROOT, "accuracy %.1f %%", 100 * accuracy));
  }

  /** How long a part took. */
  static String part(Map.Entry<String, Double> part) {
    return String.format(Locale.ROOT, "%s %.1f s", part.getKey(), part.getValue());
  }
}
