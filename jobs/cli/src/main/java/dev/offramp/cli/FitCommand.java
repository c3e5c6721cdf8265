package dev.offramp.cli;

import dev.offramp.fit.Fit;
import dev.offramp.fit.data.Cache;
import dev.offramp.fit.learn.GateKind;
import dev.offramp.fit.learn.Goal;
import dev.offramp.fit.learn.Recipe;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.OperatingPoint;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
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

  @Option(
      names = "--data",
      required = true,
      description = "wordnet, a CSV file, a folder of train.csv and test.csv, or CLINC150's form.")
  private String data;

  @Option(names = "--output", required = true, description = "The bundle's folder.")
  private Path output;

  @Option(names = "--limit", description = "Training examples to keep, stratified. Default: all.")
  private int limit;

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

  @ArgGroup private Keep keep = new Keep();

  @Option(names = "--seed", description = "Seed of all chance. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Mixin private JsonFile json;

  @Override
  public Integer call() throws Exception {
    Console console = Console.standard();
    Recipe recipe = Recipe.standard().with(gate).withSeed(seed).with(keep.goal());
    Fit.Options options = new Fit.Options(backbone, data, limit, stages, cuts, maxTokens, recipe);
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

  /** What the default operating point must keep: one or the other. */
  static final class Keep {
    @Option(
        names = "--accuracy-loss",
        description =
            "Points of accuracy, in percent, that the default operating point may lose against full depth. Default: 0.5.")
    private Double accuracyLoss;

    @Option(
        names = "--cost",
        description =
            "Share of the network that the default operating point may cost, from 0 to 1, instead of an accuracy loss.")
    private Double cost;

    Goal goal() {
      if (cost != null) {
        return new Goal.Cost(cost);
      }
      return accuracyLoss == null
          ? Recipe.standard().goal()
          : new Goal.AccuracyLoss(accuracyLoss / 100);
    }
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
