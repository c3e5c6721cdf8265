package dev.offramp.cli;

import dev.offramp.fit.evaluation.Interval;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.OperatingPoint;
import java.util.Locale;
import java.util.stream.Collectors;

/** The table of a bundle's operating points. */
final class Points {
  private Points() {}

  /** The table of a bundle that doesn't say how many examples its figures come from. */
  static void print(Console console, Manifest manifest) {
    print(console, manifest, 0);
  }

  /**
   * The table, with accuracies' 95 % intervals.
   *
   * @param examples how many held-out examples the figures come from; 0: not known
   */
  static void print(Console console, Manifest manifest, int examples) {
    console.line("");
    console.line(
        "  point      accuracy   %s cost   share of events at each exit (on %sheld-out examples)",
        examples == 0 ? "" : "95 % interval  ", examples == 0 ? "" : examples + " ");
    for (OperatingPoint p : manifest.points()) {
      console.line(
          "%s %-8s   %6.2f %%   %s%5.3f   %s",
          p.name().equals(manifest.defaultPoint()) ? "*" : " ",
          p.name(),
          100 * p.expected().accuracy(),
          examples == 0 ? "" : interval(p.expected().accuracy(), examples) + "   ",
          p.expected().cost(),
          p.expected().exitShares().stream()
              .map(s -> "%3.0f".formatted(100 * s))
              .collect(Collectors.joining(" ")));
    }
    console.line("  * runs unless another point is asked for");
    console.line("");
  }

  private static String interval(double share, int examples) {
    Interval i = Interval.of(share * examples, examples);
    return String.format(Locale.ROOT, "%5.1f - %5.1f", 100 * i.low(), 100 * i.high());
  }
}
