package dev.offramp.cli;

import dev.offramp.fit.evaluation.Figures;
import java.util.Locale;
import java.util.Map;

/** How figures are printed. */
final class Figure {
  private static final int BAR = 40;

  private Figure() {}

  /** Accuracy, cost, calibration, and the funnel of exits. */
  static void print(Console console, Figures f) {
    console.line(
        "  accuracy   %.2f %%, full depth %.2f %%",
        100 * f.accuracy(), 100 * f.fullDepthAccuracy());
    console.line(
        "  mean cost  %.3f of the network: %.1f times less", f.meanCost(), 1 / f.meanCost());
    console.line("  ECE        %.4f", f.ece());
    console.line(
        "  sets       %.1f %% cover the truth (asked: %.0f %%), mean size %.2f",
        100 * f.coverage(), 100 * f.confidenceLevel(), f.meanSetSize());
    if (f.outOfScopeAuroc() != null) {
      console.line("  out of scope AUROC %.3f", f.outOfScopeAuroc());
    }
    for (Figures.ExitFigures e : f.exits()) {
      console.line("  %s", exit(e.index(), e.share(), e.accuracy()));
    }
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
