package dev.offramp.fit;

import ai.onnxruntime.OrtEnvironment;
import dev.offramp.fit.data.Backbone;
import dev.offramp.fit.data.Backbones;
import dev.offramp.fit.data.Cache;
import dev.offramp.fit.data.Columns;
import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Datasets;
import dev.offramp.fit.data.Example;
import dev.offramp.fit.data.Hash;
import dev.offramp.fit.graph.BoundaryCost;
import dev.offramp.fit.graph.Cuts;
import dev.offramp.fit.graph.ExitChoice;
import dev.offramp.fit.graph.FeatureStore;
import dev.offramp.fit.graph.NetworkInputs;
import dev.offramp.fit.graph.OnnxGraph;
import dev.offramp.fit.graph.Stages;
import dev.offramp.fit.graph.TextRules;
import dev.offramp.fit.graph.TunedStages;
import dev.offramp.fit.learn.HeadFolder;
import dev.offramp.fit.learn.HeadStore;
import dev.offramp.fit.learn.Learned;
import dev.offramp.fit.learn.Learner;
import dev.offramp.fit.learn.Recipe;
import dev.offramp.fit.learn.Split;
import dev.offramp.fit.work.Progress;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.FileFailure;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.Provenance;
import dev.offramp.runtime.Manifest.TensorInput;
import dev.offramp.runtime.Manifest.TextInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Learns a bundle: cuts the backbone, computes the features of every exit once, learns heads, gates
 * and calibration on them, writes the stages and the manifest, and opens the result as a job would.
 * Features and heads are kept in the cache as soon as they are there: learning that was cut off
 * goes on where it stopped, and learning with other gates, goals or levels starts from learned
 * heads.
 */
public final class Fit {
  /** Goes up when the same features, labels and recipe would give other heads. */
  private static final String HEADS_VERSION = "heads 2";

  /** Examples on which the stages must compute what the backbone computes. */
  private static final int REPRODUCED = 64;

  /**
   * What to learn.
   *
   * @param backbone short name or file; see {@link Backbones#resolve}
   * @param data see {@link Datasets#load}
   * @param columns of the data
   * @param limit training examples to keep; 0: all
   * @param stages how many exits at most, chosen by what they gain; 0: as many as pay off; {@link
   *     #EVERY_LAYER}: one at the end of every layer, whatever it gains. The reference recipe has
   *     every layer's unless their number is capped
   * @param cuts tensors to cut at; empty: as {@code stages} says
   * @param maxTokens texts are cut off after so many tokens, special ones included; 0: {@link
   *     #DEFAULT_MAX_TOKENS}, or as many as the network takes
   * @param recipe how heads and gates are learned, and the seed of all chance
   */
  public record Options(
      String backbone,
      String data,
      Columns columns,
      int limit,
      int stages,
      List<String> cuts,
      int maxTokens,
      Recipe recipe) {
    /** Texts of most topics are shorter. */
    public static final int DEFAULT_MAX_TOKENS = 128;

    /** Most tokenizers put one token before a text and one behind it. */
    static final int FEWEST_TOKENS = 3;

    /** Stages: no exit is left out. */
    public static final int EVERY_LAYER = -1;

    /** Checks the numbers. */
    public Options {
      if (limit < 0) {
        throw new IllegalArgumentException("limit must be 0 (none) or more: " + limit);
      }
      if (maxTokens != 0 && maxTokens < FEWEST_TOKENS) {
        throw new IllegalArgumentException(
            "texts can't be cut off after fewer than %d tokens, special ones included: %d (--max-tokens)"
                .formatted(FEWEST_TOKENS, maxTokens));
      }
      if (stages < 0 && stages != EVERY_LAYER) {
        throw new IllegalArgumentException(
            "stages must be at least 1, or 0 for as many as pay off: " + stages);
      }
    }

    /** The same with another recipe. */
    Options with(Recipe other) {
      return new Options(backbone, data, columns, limit, stages, cuts, maxTokens, other);
    }

    /** Everything at its default. */
    public static Options of(String backbone, String data) {
      return new Options(backbone, data, Columns.DEFAULT, 0, 0, List.of(), 0, Recipe.standard());
    }
  }

  /**
   * What was learned.
   *
   * @param manifest of the bundle
   * @param heldOut how many validation examples, all with different contents, gave the figures that
   *     are expected of each point
   * @param reproduction the largest difference between stages and backbone that was seen
   * @param seconds how long each part took
   */
  public record Result(
      Manifest manifest, int heldOut, double reproduction, Map<String, Double> seconds) {}

  private final Cache cache;
  private final Progress progress;
  private final InstantSource clock;
  private final boolean fresh;
  private final Map<String, Double> seconds = new LinkedHashMap<>();

  /** Learning that keeps what it fetches and computes in this cache. */
  public Fit(Cache cache, Progress progress, InstantSource clock) {
    this(cache, progress, clock, false);
  }

  private Fit(Cache cache, Progress progress, InstantSource clock, boolean fresh) {
    this.cache = cache;
    this.progress = progress;
    this.clock = clock;
    this.fresh = fresh;
  }

  /** The same, but all heads are learned, even those that the cache has. */
  public Fit fresh() {
    return new Fit(cache, progress, clock, true);
  }

  /**
   * Learns a bundle.
   *
   * @param output its folder; what lies there must be a bundle, which it replaces, or nothing
   * @throws IllegalArgumentException says what of the options or the examples can't be, and what
   *     can
   * @throws IllegalStateException says what failed
   */
  public Result run(Options options, Path output) {
    return run(
        options,
        () ->
            new Datasets(cache, progress::note)
                .load(options.data(), options.columns(), options.limit(), options.recipe().seed()),
        output);
  }

  /**
   * Learns a bundle from examples at hand, of texts or of tensors; what the options say of data is
   * not looked at. Otherwise as {@link #run(Options, Path)}.
   */
  public Result run(Options options, Dataset data, Path output) {
    return run(options, () -> data, output);
  }

  private Result run(Options asked, Supplier<Dataset> examples, Path output) {
    BundleFolder folder = BundleFolder.at(output);
    Backbone found = timed("backbone", () -> new Backbones(cache).resolve(asked.backbone()));
    OnnxGraph graph = OnnxGraph.read(found.model());
    NetworkInputs inputs = NetworkInputs.of(graph);
    Backbone backbone = found.reading(inputs.text());
    TextPreparation texts =
        timed(
            "limits",
            () -> TextPreparation.of(backbone, graph, inputs, asked.maxTokens(), progress));
    Dataset data = timed("data", examples);
    Preparation.check(data, inputs, backbone);
    texts.check(backbone, data, progress);
    Options options = asked.with(asked.recipe().sized(data.train().size()));
    Stages possible =
        timed(
            "cuts",
            () -> {
              Cuts cuts = Cuts.of(graph, texts.rules().maxTokens());
              ExitChoice choice = new ExitChoice(cuts);
              boolean fixed = !options.cuts().isEmpty();
              return new Stages(cuts, fixed ? choice.at(options.cuts()) : choice.byRepetition());
            });
    TextRules rules = timed("padding", () -> texts.batches(backbone, possible, data, progress));
    Splits all = timed("features", () -> features(backbone, possible, data, rules));
    ExitSelection selection =
        new ExitSelection(options, rules, new BoundaryCost(cache, clock), progress);
    List<Integer> chosen =
        timed("exits", () -> selection.choose(possible, backbone, data, all.train, all.validation));
    Stages stages = possible.at(chosen);
    Splits splits = all.at(chosen);
    double[] costs = stages.costs(options.recipe().hidden(), data.labels().size());
    Learned learned =
        timed(
            "learning",
            () ->
                Learner.learn(
                    splits.train,
                    splits.validation,
                    splits.calibration,
                    costs,
                    data.labels().size(),
                    options.recipe(),
                    heads(backbone, stages, data, options, rules),
                    progress));
    List<Example> tried = data.calibration().stream().limit(REPRODUCED).toList();
    TunedStages.Written written =
        timed(
            "check",
            () -> new TunedStages(stages, backbone, rules, tried, progress).write(learned.heads()));
    List<Example> compared =
        Stream.concat(data.calibration().stream(), data.train().stream())
            .limit(REPRODUCED)
            .toList();
    BundleFolder.Content content =
        new BundleFolder.Content(
            backbone.name() + " on " + data.name(),
            data.labels(),
            input(inputs, backbone, rules, texts.tokenIds()),
            backbone.tokenizer(),
            written.stages(),
            costs,
            learned,
            graph.batchInvariant(),
            provenance(backbone, data, options));
    Manifest manifest = timed("company", () -> written(folder, content, compared));
    int heldOut = (int) Arrays.stream(splits.validation.firstCopies()).distinct().count();
    return new Result(
        manifest, heldOut, written.difference(), Collections.unmodifiableMap(seconds));
  }

  private Manifest written(
      BundleFolder folder, BundleFolder.Content content, List<Example> examples) {
    try {
      return folder.write(content, bundle -> checked(bundle, content, examples));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the bundle can't be written to %s: %s".formatted(folder, FileFailure.withFile(e)), e);
    }
  }

  /** Corrects what a bundle says of its batches, by what serving it does. */
  private BundleFolder.Content checked(
      Bundle bundle, BundleFolder.Content content, List<Example> examples) {
    try (CompanyCheck check = new CompanyCheck(bundle, examples)) {
      TextInput text = content.input() instanceof TextInput t ? t : null;
      boolean equal = text != null && text.equalLengths();
      CompanyDifference difference = equal ? check.equalLengths() : check.mixed();
      Manifest.Input input = content.input();
      if (text != null && !equal && content.batchInvariant() && !difference.isRounding()) {
        // The whole network hides padding; its parts, which padding reaches as zeros, may not.
        CompanyDifference other = check.equalLengths();
        if (other.isRounding()) {
          progress.note(
              "the stages read padding (%s): batches are made of texts of equal length"
                  .formatted(difference));
          difference = other;
          input = text.withEqualLengths();
        }
      }
      boolean invariant = content.batchInvariant() && difference.isRounding();
      if (!invariant) {
        progress.note(
            "answers depend on what shares a batch, %s: %s; the bundle says so (batchInvariant is false)"
                .formatted(
                    content.batchInvariant()
                        ? "since the network mixes events"
                        : "since the network is dynamically quantised",
                    difference));
      }
      return content.with(input, invariant);
    }
  }

  private record Splits(Split train, Split validation, Split calibration) {
    Splits at(List<Integer> exits) {
      return new Splits(train.at(exits), validation.at(exits), calibration.at(exits));
    }
  }

  private Splits features(Backbone backbone, Stages stages, Dataset data, TextRules rules) {
    List<Split> splits =
        Preparation.splits(
            new FeatureStore(cache, progress),
            backbone,
            stages,
            rules,
            List.of(data.train(), data.validation(), data.calibration()));
    return new Splits(splits.get(0), splits.get(1), splits.get(2));
  }

  /** Heads of these examples and this recipe, by a hash of all that heads depend on. */
  private HeadStore heads(
      Backbone backbone, Stages stages, Dataset data, Options options, TextRules rules) {
    Hash hash =
        new Hash()
            .add(HEADS_VERSION)
            .add(FeatureStore.VERSION)
            .add(Learner.engineVersion())
            .add(backbone.sha256())
            .add(backbone.tokenizer() == null ? "" : Hash.of(backbone.tokenizer()))
            .add(Integer.toString(rules.maxTokens()))
            .add(Integer.toString(stages.exits().size()));
    rules.addTo(hash);
    stages.exits().forEach(exit -> hash.add(exit.tensor()));
    // Validation says when a head stops.
    for (List<Example> split : List.of(data.train(), data.validation())) {
      hash.add(Integer.toString(split.size()));
      add(hash, split);
    }
    hash.add(Integer.toString(data.labels().size()))
        .add(options.recipe().heads().toString())
        .add(Long.toString(options.recipe().seed()));
    HeadStore all = new HeadFolder(cache.folder().resolve("heads").resolve(hash.hex()));
    return fresh ? all.ignoringSaved() : all;
  }

  private static Manifest.Input input(
      NetworkInputs inputs, Backbone backbone, TextRules rules, int tokenIds) {
    return inputs.text()
        ? new TextInput(
            BundleFolder.TOKENIZER,
            Hash.of(backbone.tokenizer()),
            rules.maxTokens(),
            rules.padId(),
            rules.equalLengths(),
            tokenIds)
        : new TensorInput(inputs.names().get(0), inputs.shape());
  }

  private static void add(Hash hash, List<Example> split) {
    split.forEach(e -> hash.add(e).add(Integer.toString(e.label())));
  }

  private Provenance provenance(Backbone backbone, Dataset data, Options options) {
    Map<String, String> versions = new TreeMap<>();
    versions.put("onnxruntime", OrtEnvironment.getEnvironment().getVersion());
    versions.put("pytorch", Learner.engineVersion());
    return new Provenance(
        backbone.name(),
        backbone.sha256(),
        backbone.licence(),
        data.name(),
        data.learnedSha256(),
        options.recipe().toString(),
        options.recipe().seed(),
        versions,
        clock.instant().toString());
  }

  private <T> T timed(String part, Supplier<T> work) {
    Instant begun = clock.instant();
    T result = work.get();
    seconds.put(part, Duration.between(begun, clock.instant()).toMillis() / 1000.0);
    return result;
  }
}
