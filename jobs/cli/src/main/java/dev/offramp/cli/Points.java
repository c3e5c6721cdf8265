package dev.offramp.cli;

import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.OperatingPoint;
import java.util.stream.Collectors;

/** The table of a bundle's operating points. */
final class Points {
  private Points() {}

  static void print(Console console, Manifest manifest) {
    console.line("");
    console.line(
        "  point      accuracy    cost   share of events at each exit (on held-out examples)");
    for (OperatingPoint p : manifest.points()) {
      console.line(
          "%s %-8s   %6.2f %%   %5.3f   %s",
          p.name().equals(manifest.defaultPoint()) ? "*" : " ",
          p.name(),
          100 * p.expected().accuracy(),
          p.expected().cost(),
          p.expected().exitShares().stream()
              .map(s -> "%3.0f".formatted(100 * s))
              .collect(Collectors.joining(" ")));
    }
    console.line("  * runs unless another point is asked for");
    console.line("");
  }
}
