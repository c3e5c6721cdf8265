package dev.offramp.cli;

import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.Group;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Manifest.Stage;
import dev.offramp.runtime.Manifest.TensorInput;
import dev.offramp.runtime.Manifest.TextInput;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code offramp inspect}. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = "Checks a bundle and shows what is in it.")
final class InspectCommand implements Callable<Integer> {
  private static final int LABELS = 8;

  @Parameters(paramLabel = "BUNDLE", description = "The bundle's folder.")
  private Path folder;

  @Mixin private JsonFile json;

  @Override
  public Integer call() throws Exception {
    Console console = Console.standard();
    Manifest m = Bundle.open(folder).manifest();
    console.line("%s, bundle %s (format %d)", m.name(), m.id(), m.formatVersion());
    List<String> labels = m.labels();
    console.line(
        "  labels     %d: %s%s",
        labels.size(),
        String.join(", ", labels.subList(0, Math.min(LABELS, labels.size()))),
        labels.size() > LABELS ? ", ..." : "");
    console.line("  input      %s", input(m));
    console.line("  levels     %s", m.levels());
    console.line(
        "  backbone   %s (%s), SHA-256 %s",
        m.provenance().backbone(),
        m.provenance().backboneLicence() == null
            ? "licence not known"
            : m.provenance().backboneLicence(),
        m.provenance().backboneSha256());
    console.line(
        "  learned    from %s, seed %d, %s",
        m.provenance().data(), m.provenance().seed(), m.provenance().createdAt());
    if (!m.batchInvariant()) {
      console.line(
          "  note       an event's numbers depend on what shares its batch (batchInvariant is false): fit said by how much");
    }
    console.line("");
    console.line("  exit   cost    million multiply-adds   hands on");
    for (int k = 0; k < m.exits(); k++) {
      Stage s = m.stages().get(k);
      console.line(
          "  %4d   %5.3f   %21.1f   %s",
          k,
          s.cost(),
          s.multiplyAdds() / 1e6,
          s.gives().stream().map(t -> t.name() + " " + t.shape()).toList());
    }
    Points.print(console, m);
    OperatingPoint p = m.point(m.defaultPoint());
    console.line(
        "  calibration of %s   temperature   examples   thresholds at %s", p.name(), m.levels());
    for (int k = 0; k < m.exits(); k++) {
      group(console, "exit " + k, p.calibration().exits().get(k).gate());
      if (k < m.exits() - 1) {
        group(console, "  forced", p.calibration().exits().get(k).forced());
      }
    }
    console.line("  out of scope above %s", shown(p.calibration().outOfScope()));
    json.write(m);
    return 0;
  }

  private static void group(Console console, String at, Group g) {
    console.line(
        "  %-8s %-9s      %11.3f   %8d   %s",
        at, g.id(), g.temperature(), g.examples(), shown(g.thresholds()));
  }

  private static List<String> shown(List<Double> thresholds) {
    return thresholds.stream().map(t -> t == null ? "none" : "%.4f".formatted(t)).toList();
  }

  private static String input(Manifest m) {
    if (m.input() instanceof TextInput text) {
      return "text, cut off after %d tokens, in batches of %s%s"
          .formatted(
              text.maxTokens(),
              text.equalLengths()
                  ? "equal length"
                  : "any lengths, padded with token %d".formatted(text.padId()),
              text.tokenIds() > 0
                  ? "; with a token id of %d or more it is rejected".formatted(text.tokenIds())
                  : "");
    }
    TensorInput tensor = (TensorInput) m.input();
    return "tensor %s %s".formatted(tensor.name(), tensor.shape());
  }
}
