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
import java.util.Locale;
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
  private static final double DEFAULT_LAMBDA = 0.1;

  @Option(
      names = "--backbone",
      required = true,
      description =
          "bge-small, minilm, bge-small-q, minilm-q, or an .onnx file with its tokenizer.")
  private String backbone;

  @Mixin private DataOptions data;

  @Option(names = "--output", required = true, description = "The bundle's folder.")
  private Path output;

  @ArgGroup private Where where = new Where();

  @Option(
      names = "--max-tokens",
      description =
          "Texts are cut off after so many tokens, the tokenizer's own included. Default: "
              + Fit.Options.DEFAULT_MAX_TOKENS
              + ", or as many as the network takes.")
  private Integer maxTokens;

  @Option(
      names = "--recipe",
      description =
          "How heads and gates are learned: standard, or paper (JEI-DNN as published, the reference: linear heads, one operating point). Default: standard.")
  private Way way = Way.STANDARD;

  @Option(
      names = "--lambda",
      description =
          "What the whole network's cost is worth, in nats of cross-entropy; for --recipe paper. Default: "
              + DEFAULT_LAMBDA
              + ".")
  private Double lambda;

  @Option(
      names = "--gate",
      description =
          "Gates of the operating points: ${COMPLETION-CANDIDATES}. Default: best; not for --recipe paper.")
  private GateKind gate;

  @ArgGroup private Keep keep;

  @Option(names = "--seed", description = "Seed of all chance. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--fresh",
      description =
          "Learns every head anew. Default: heads that the cache has from an earlier run with the same examples, backbone, exits and seed are used again.")
  private boolean fresh;

  @Mixin private JsonFile json;

  @Override
  public Integer call() throws Exception {
    Console console = Console.standard();
    Fit fit = new Fit(Cache.of(System.getenv()), console, InstantSource.system());
    Fit.Result result = (fresh ? fit.fresh() : fit).run(options(), output);
    Manifest m = result.manifest();
    console.line(
        "Bundle %s in %s: %d exits, %d labels; stages equal the backbone within %.1e",
        m.id(), output, m.exits(), m.classes(), result.reproduction());
    Points.print(console, m, result.heldOut());
    console.line(
        "Took %s",
        String.join(", ", result.seconds().entrySet().stream().map(Figure::part).toList()));
    json.write(
        new Written(
            m.id(),
            output.toString(),
            m.exits(),
            result.heldOut(),
            result.reproduction(),
            result.seconds(),
            m.defaultPoint(),
            m.points().stream().map(Expected::of).toList()));
    return 0;
  }

  /** Where the network is cut: one of these, or as many exits as pay off. */
  static final class Where {
    @Option(
        names = "--stages",
        description =
            "How many at most; exits are chosen by what they gain. Default: as many as earn what it costs on this machine to pass them; with --recipe paper, as --every-layer.")
    private Integer stages;

    @Option(names = "--cut", description = "Cut at this tensor; can be given many times.")
    private List<String> cuts = List.of();

    @Option(
        names = "--every-layer",
        description = "An exit at the end of every layer, whatever it gains.")
    private boolean everyLayer;

    List<String> cuts() {
      return cuts;
    }

    int stages() {
      if (stages == null) {
        return everyLayer ? Fit.Options.EVERY_LAYER : 0;
      }
      if (stages < 1) {
        throw new IllegalArgumentException("--stages must be at least 1: " + stages);
      }
      return stages;
    }
  }

  /** What the default operating point must keep: one or the other. */
  static final class Keep {
    @Option(
        names = "--accuracy-loss",
        description =
            "Points of accuracy, in percent, that the default operating point may lose against full depth. Default: 0.5; not for --recipe paper.")
    private Double accuracyLoss;

    @Option(
        names = "--cost",
        description =
            "Share of the network that the default operating point may cost, from 0 to 1, instead of an accuracy loss; not for --recipe paper.")
    private Double cost;

    Goal goal() {
      if (cost != null) {
        check(cost >= 0 && cost <= 1, "--cost must be a share of the network, from 0 to 1", cost);
        return new Goal.Cost(cost);
      }
      check(
          accuracyLoss >= 0 && accuracyLoss <= 100,
          "--accuracy-loss must be from 0 to 100 points of accuracy",
          accuracyLoss);
      return new Goal.AccuracyLoss(accuracyLoss / 100);
    }

    private static void check(boolean kept, String rule, double value) {
      if (!kept) {
        throw new IllegalArgumentException(rule + ": " + value);
      }
    }
  }

  Where where() {
    return where;
  }

  Fit.Options options() {
    return new Fit.Options(
        backbone,
        data.location(),
        data.columns(),
        data.limit(),
        where.stages(),
        where.cuts(),
        maxTokens(),
        recipe().withSeed(seed));
  }

  private int maxTokens() {
    // 0 stands for the default, which nobody can ask for.
    if (maxTokens != null && maxTokens < 1) {
      throw new IllegalArgumentException("--max-tokens must be at least 1: " + maxTokens);
    }
    return maxTokens == null ? 0 : maxTokens;
  }

  Recipe recipe() {
    if (way == Way.PAPER) {
      refuse("--gate", gate, "the recipe learns its own gates: leave it out, or --recipe standard");
      refuse(
          "--accuracy-loss",
          keep == null ? null : keep.accuracyLoss,
          "the recipe has one point, chosen by --lambda: leave it out, or --recipe standard");
      refuse(
          "--cost",
          keep == null ? null : keep.cost,
          "the recipe has one point, chosen by --lambda: leave it out, or --recipe standard");
      return Recipe.paper(lambda == null ? DEFAULT_LAMBDA : lambda);
    }
    refuse("--lambda", lambda, "the recipe tries many: leave it out, or --recipe paper");
    Recipe standard = Recipe.standard();
    return standard
        .with(gate == null ? standard.kind() : gate)
        .with(keep == null ? standard.goal() : keep.goal());
  }

  private void refuse(String option, Object value, String why) {
    if (value != null) {
      throw new IllegalArgumentException(
          "%s %s can't be had with --recipe %s: %s"
              .formatted(option, value, way.name().toLowerCase(Locale.ROOT), why));
    }
  }

  /** How heads and gates are learned. */
  enum Way {
    STANDARD,
    PAPER
  }

  /** What {@code --json} gives; what is expected of points comes from held-out examples. */
  record Written(
      String bundle,
      String folder,
      int exits,
      int heldOutExamples,
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
