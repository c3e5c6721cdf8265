package dev.offramp.cli;

import dev.offramp.fit.Fit;
import dev.offramp.fit.data.Cache;
import dev.offramp.fit.learn.GateKind;
import dev.offramp.fit.learn.Recipe;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.OperatingPoint;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code offramp fit}. */
@Command(
    name = "fit",
    mixinStandardHelpOptions = true,
    description = "Learns a bundle from a backbone and labelled examples.")
final class FitCommand implements Callable<Integer> {
  @Option(
      names = "--backbone",
      required = true,
      description =
          "bge-small, minilm, bge-small-q, minilm-q, or an .onnx file with its tokenizer.")
  private String backbone;

  @Mixin private DataOptions data;

  @Option(names = "--output", required = true, description = "The bundle's folder.")
  private Path output;

  @Option(
      names = "--stages",
      description = "How many, of like cost. Default: an exit at the end of every layer.")
  private int stages;

  @Option(names = "--cut", description = "Cut at this tensor; can be given many times.")
  private List<String> cuts = List.of();

  @Option(
      names = "--max-tokens",
      description = "Texts are cut off after so many tokens. Default: ${DEFAULT-VALUE}.")
  private int maxTokens = Fit.Options.DEFAULT_MAX_TOKENS;

  @Option(
      names = "--gate",
      description = "Gates of the operating points: ${COMPLETION-CANDIDATES}. Default: best.")
  private GateKind gate = GateKind.BEST;

  @Option(
      names = "--accuracy-loss",
      description =
          "Points of accuracy, in percent, that the default operating point may lose against full depth. Default: ${DEFAULT-VALUE}.")
  private double accuracyLoss = 0.5;

  @Option(names = "--seed", description = "Seed of all chance. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Mixin private JsonFile json;

  @Override
  public Integer call() throws Exception {
    Console console = Console.standard();
    Recipe recipe =
        Recipe.standard().with(gate).withSeed(seed).withAccuracyLoss(accuracyLoss / 100);
    Fit.Options options =
        new Fit.Options(
            backbone,
            data.location(),
            data.columns(),
            data.limit(),
            stages,
            cuts,
            maxTokens,
            recipe);
    Fit.Result result =
        new Fit(Cache.of(System.getenv()), console, InstantSource.system()).run(options, output);
    Manifest m = result.manifest();
    console.line(
        "Bundle %s in %s: %d exits, %d labels; stages equal the backbone within %.1e",
        m.id(), output, m.exits(), m.classes(), result.reproduction());
    Points.print(console, m);
    console.line(
        "Took %s",
        String.join(", ", result.seconds().entrySet().stream().map(Figure::part).toList()));
    json.write(
        new Written(
            m.id(),
            output.toString(),
            m.exits(),
            result.reproduction(),
            result.seconds(),
            m.defaultPoint(),
            m.points().stream().map(Expected::of).toList()));
    return 0;
  }

  /** What {@code --json} gives; what is expected of points comes from held-out examples. */
  record Written(
      String bundle,
      String folder,
      int exits,
      double reproduction,
      Map<String, Double> seconds,
      String defaultPoint,
      List<Expected> points) {}

  /** A point's expected figures. */
  record Expected(
      String name, Double lambda, double accuracy, double meanCost, List<Double> exitShares) {
    static Expected of(OperatingPoint p) {
      return new Expected(
          p.name(),
          p.lambda(),
          p.expected().accuracy(),
          p.expected().cost(),
          p.expected().exitShares());
    }
  }
}
