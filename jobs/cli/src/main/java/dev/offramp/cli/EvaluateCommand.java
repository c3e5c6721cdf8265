package dev.offramp.cli;

import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.evaluation.Evaluation;
import dev.offramp.fit.evaluation.LearnedData;
import dev.offramp.fit.report.Report;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.ServingOptions;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code offramp evaluate}. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = "Judges a bundle on the test split of labelled data, against full depth.")
final class EvaluateCommand implements Callable<Integer> {
  @Option(names = "--bundle", required = true, description = "The bundle's folder.")
  private Path folder;

  @Mixin private DataOptions data;

  @Option(
      names = "--seed",
      description = "As for fit; give the same to get the same splits. Default: the bundle's.")
  private Long seed;

  @Option(names = "--point", description = "Operating point. Default: the bundle's.")
  private String point;

  @Option(
      names = "--level",
      description = "Confidence level of the prediction sets. Default: ${DEFAULT-VALUE}.")
  private double level = ServingOptions.DEFAULT_LEVEL;

  @Option(names = "--device", description = "auto, cpu or cuda:N. Default: ${DEFAULT-VALUE}.")
  private String device = "cpu";

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Writes the figures and their plots there: report.html and evaluation.json.")
  private Path report;

  @Mixin private JsonFile json;

  @Override
  public Integer call() throws Exception {
    Console console = Console.standard();
    Bundle bundle = Bundle.open(folder);
    // What is asked for is checked before the data is read.
    Device on = Device.of(device);
    bundle.manifest().pointOrDefault(point);
    bundle.manifest().level(level);
    long splits = seed == null ? bundle.manifest().provenance().seed() : seed;
    Dataset examples = data.load(splits, console);
    LearnedData.doubt(bundle.manifest(), examples).ifPresent(console::note);
    Evaluation e = Evaluation.inFull(bundle, on, examples, point, level, console);
    console.line("%d examples of %s at point %s:", e.examples(), e.data(), e.point());
    Figure.print(console, e.figures(), e.examples());
    console.line("");
    console.line("  point      accuracy    cost    ECE     coverage   set size");
    for (Evaluation.PointFigures p : e.points()) {
      console.line(
          "%s %-8s   %6.2f %%   %5.3f   %5.3f   %8.3f   %8.2f",
          p.name().equals(e.point()) ? "*" : " ",
          p.name(),
          100 * p.accuracy(),
          p.meanCost(),
          p.ece(),
          p.coverage(),
          p.meanSetSize());
    }
    json.write(e);
    if (report != null) {
      Path page = new Report(InstantSource.system()).write(e, report);
      JsonFile.write(e, report.resolve("evaluation.json"));
      console.line("");
      console.line("Report: %s", page);
    }
    return 0;
  }
}
