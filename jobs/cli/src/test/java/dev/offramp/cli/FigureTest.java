package dev.offramp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.fit.evaluation.Figures;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.Expected;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Manifest.Rule;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Console console =
      new Console(new PrintStream(out, true, StandardCharsets.UTF_8), false);

  @Test
  void figuresOfThreeExamplesShowHowLittleTheySay() {
    Figures perfect = new Figures(1, 1, 0.5, List.of(), 0.995, 1, 1.5, 0.25, null);

    Figure.print(console, perfect, 3);

    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains(
            "accuracy   100.00 % (95 % interval 43.85 to 100.00), full depth 100.00 %",
            "ECE        0.2500 (mostly chance: it takes 100 examples or more)",
            "sets       100.0 % cover the truth (95 % interval 43.85 to 100.00; asked: 99.5 %)");
  }

  @Test
  void figuresOfManyExamplesHaveNarrowIntervals() {
    Figures good = new Figures(0.95, 0.96, 0.5, List.of(), 0.95, 0.95, 1.5, 0.01, null);

    Figure.print(console, good, 10_000);

    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains(
            "95.00 % (95 % interval 94.56 to 95.41), full depth 96.00 %", "ECE        0.0100\n");
  }

  @Test
  void pointsShowTheirIntervalsWhereTheNumberOfExamplesIsKnown() {
    OperatingPoint full =
        new OperatingPoint(
            "full", null, Rule.INDEPENDENT, List.of(), new Expected(1, 1, List.of(1.0)), null);
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT_VERSION,
            "",
            "one exit",
            List.of("a", "b"),
            null,
            List.of(),
            List.of(),
            null,
            List.of(0.9),
            List.of(full),
            "full",
            true,
            null);

    Points.print(console, manifest, 12);
    String known = out.toString(StandardCharsets.UTF_8);
    out.reset();
    Points.print(console, manifest);

    assertThat(known)
        .contains("95 % interval", "(on 12 held-out examples)")
        .contains("100.00 %    75.8 - 100.0");
    assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("interval");
  }
}
