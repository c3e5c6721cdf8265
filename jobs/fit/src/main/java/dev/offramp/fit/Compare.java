package dev.offramp.fit;

import dev.offramp.fit.data.Backbone;
import dev.offramp.fit.data.Backbones;
import dev.offramp.fit.data.Cache;
import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Datasets;
import dev.offramp.fit.evaluation.Figures;
import dev.offramp.fit.graph.BoundaryCost;
import dev.offramp.fit.graph.Cuts;
import dev.offramp.fit.graph.ExitChoice;
import dev.offramp.fit.graph.FeatureStore;
import dev.offramp.fit.graph.NetworkInputs;
import dev.offramp.fit.graph.OnnxGraph;
import dev.offramp.fit.graph.Stages;
import dev.offramp.fit.graph.TextRules;
import dev.offramp.fit.learn.Comparison;
import dev.offramp.fit.learn.Comparison.Judged;
import dev.offramp.fit.learn.GateKind;
import dev.offramp.fit.learn.Recipe;
import dev.offramp.fit.learn.Split;
import dev.offramp.fit.work.Progress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Sets every kind of gate side by side: for each seed, one set of heads, each kind's operating
 * points chosen on held-out examples, judged on the test split; and the published recipe beside,
 * with its own heads at every possible exit.
 */
public final class Compare {
  /** Costs at which fronts are read. */
  public static final List<Double> COSTS = List.of(.03, .05, .10, .15, .17, .25, .33, .50);

  private static final double LEVEL = 0.95;

  /**
   * A kind of gate at a cost, over the seeds.
   *
   * @param cost share of the network
   * @param accuracy mean over the seeds
   * @param lowest of the seeds
   * @param highest of the seeds
   * @param gain mean accuracy beyond one threshold on the largest probability
   * @param gainError standard error of the gain over test examples, the mean of the seeds'
   */
  public record Reading(
      double cost, double accuracy, double lowest, double highest, double gain, double gainError) {}

  /**
   * A run of the published recipe.
   *
   * @param lambda its price
   * @param cost mean, by seed
   * @param accuracy by seed
   */
  public record Published(double lambda, List<Double> cost, List<Double> accuracy) {}

  /**
   * What was found.
   *
   * @param examples of the test split
   * @param fullDepth accuracy at full depth, by seed
   * @param readings for each kind, at each of {@link #COSTS} that its points of all seeds reach
   * @param defaults the recipe's default point, by seed
   * @param published the published recipe
   */
  public record Outcome(
      String backbone,
      String data,
      int examples,
      List<Long> seeds,
      List<Double> fullDepth,
      Map<GateKind, List<Reading>> readings,
      List<Figures> defaults,
      List<Published> published) {}

  private final Cache cache;
  private final Progress progress;
  private final InstantSource clock;

  /** Comparisons that keep features in this cache. */
  public Compare(Cache cache, Progress progress, InstantSource clock) {
    this.cache = cache;
    this.progress = progress;
    this.clock = clock;
  }

  /**
   * Compares.
   *
   * @param options as for a fit; its recipe's seed is the first
   * @param seeds how many, at least 1
   * @param lambdas of the published recipe; may be empty
   * @throws IllegalArgumentException says what of the options or the examples can't be
   */
  public Outcome run(Fit.Options options, int seeds, List<Double> lambdas) {
    if (seeds < 1) {
      throw new IllegalArgumentException("a comparison needs one seed or more: " + seeds);
    }
    // What the options can't be shows before anything is computed.
    lambdas.forEach(Recipe::paper);
    List<Seed> all = new ArrayList<>();
    List<Long> used = new ArrayList<>();
    String data = null;
    for (int k = 0; k < seeds; k++) {
      long seed = options.recipe().seed() + k;
      used.add(seed);
      progress.note("seed " + seed);
      all.add(seed(options.with(options.recipe().withSeed(seed)), lambdas));
      data = all.get(k).data;
    }
    Map<GateKind, List<Reading>> readings = new EnumMap<>(GateKind.class);
    for (GateKind kind : GateKind.values()) {
      readings.put(kind, readings(kind, all));
    }
    List<Published> published = new ArrayList<>();
    for (int p = 0; p < lambdas.size(); p++) {
      int at = p;
      published.add(
          new Published(
              lambdas.get(p),
              all.stream().map(s -> s.published.get(at).cost()).toList(),
              all.stream().map(s -> share(s.published.get(at).right())).toList()));
    }
    return new Outcome(
        options.backbone(),
        data,
        all.get(0).examples,
        used,
        all.stream().map(s -> s.defaults.fullDepthAccuracy()).toList(),
        readings,
        all.stream().map(s -> s.defaults).toList(),
        published);
  }

  private record Seed(
      String data,
      int examples,
      Map<GateKind, List<Judged>> fronts,
      Figures defaults,
      List<Judged> published) {}

  private Seed seed(Fit.Options asked, List<Double> lambdas) {
    Backbone found = new Backbones(cache).resolve(asked.backbone());
    OnnxGraph graph = OnnxGraph.read(found.model());
    NetworkInputs inputs = NetworkInputs.of(graph);
    Backbone backbone = found.reading(inputs.text());
    TextPreparation texts =
        TextPreparation.of(backbone, graph, inputs, asked.maxTokens(), progress);
    Dataset data =
        new Datasets(cache, progress::note)
            .load(asked.data(), asked.columns(), asked.limit(), asked.recipe().seed());
    Preparation.check(data, inputs, backbone);
    Preparation.checkTest(data);
    texts.check(backbone, data, progress);
    Recipe recipe = asked.recipe().sized(data.train().size());
    Fit.Options options = asked.with(recipe);
    Cuts cuts = Cuts.of(graph, texts.rules().maxTokens());
    Stages possible = new Stages(cuts, new ExitChoice(cuts).byRepetition());
    TextRules rules = texts.batches(backbone, possible, data, progress);
    List<Split> splits =
        Preparation.splits(
            new FeatureStore(cache, progress),
            backbone,
            possible,
            rules,
            List.of(data.train(), data.validation(), data.calibration(), data.test()));
    int classes = data.labels().size();
    List<Integer> chosen =
        new ExitSelection(options, rules, new BoundaryCost(cache, clock), progress)
            .choose(possible, backbone, data, splits.get(0), splits.get(1));
    Stages stages = possible.at(chosen);
    List<Split> own = splits.stream().map(s -> s.at(chosen)).toList();
    Comparison c =
        Comparison.of(
            own.get(0),
            own.get(1),
            own.get(2),
            own.get(3),
            stages.costs(recipe.hidden(), classes),
            classes,
            recipe,
            progress);
    Figures defaults =
        Figures.of(
            c.manifest(),
            c.manifest().point(c.learned().defaultPoint()),
            c.logits(),
            splits.get(3).labels(),
            LEVEL,
            new float[0][]);
    List<Judged> published = new ArrayList<>();
    for (double lambda : lambdas) {
      Recipe paper = Recipe.paper(lambda).withSeed(recipe.seed());
      published.add(
          Comparison.published(
              splits.get(0),
              splits.get(1),
              splits.get(2),
              splits.get(3),
              possible.costs(paper.hidden(), classes),
              classes,
              paper,
              progress));
    }
    return new Seed(data.name(), data.test().size(), c.fronts(), defaults, published);
  }

  private static List<Reading> readings(GateKind kind, List<Seed> seeds) {
    List<Reading> readings = new ArrayList<>();
    for (double cost : COSTS) {
      double sum = 0;
      double lowest = 1;
      double highest = 0;
      double gain = 0;
      double error = 0;
      boolean reached = true;
      for (Seed seed : seeds) {
        double[] own = at(seed.fronts.get(kind), cost);
        double[] plain = at(seed.fronts.get(GateKind.MAX_PROBABILITY), cost);
        if (own == null || plain == null) {
          reached = false;
          break;
        }
        double accuracy = mean(own);
        sum += accuracy;
        lowest = Math.min(lowest, accuracy);
        highest = Math.max(highest, accuracy);
        double[] difference = new double[own.length];
        Arrays.setAll(difference, i -> own[i] - plain[i]);
        gain += mean(difference);
        error += error(difference);
      }
      if (reached) {
        int n = seeds.size();
        readings.add(new Reading(cost, sum / n, lowest, highest, gain / n, error / n));
      }
    }
    return readings;
  }

  /**
   * How right each example is at a cost: between two points, some events are served by the one and
   * some by the other, so that the mean cost is this one.
   *
   * @return null if the cheapest point costs more
   */
  static double[] at(List<Judged> front, double cost) {
    Judged below = null;
    for (Judged point : front) {
      if (point.cost() <= cost) {
        below = point;
      } else if (below == null) {
        return null;
      } else {
        double share = (cost - below.cost()) / (point.cost() - below.cost());
        return mixed(below.right(), point.right(), share);
      }
    }
    return mixed(below.right(), below.right(), 0);
  }

  private static double[] mixed(boolean[] first, boolean[] second, double share) {
    double[] right = new double[first.length];
    for (int i = 0; i < right.length; i++) {
      right[i] = (first[i] ? 1 - share : 0) + (second[i] ? share : 0);
    }
    return right;
  }

  private static double share(boolean[] right) {
    return mean(mixed(right, right, 0));
  }

  private static double mean(double[] x) {
    return Arrays.stream(x).average().orElseThrow();
  }

  private static double error(double[] x) {
    double mean = mean(x);
    double squares = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / x.length / x.length);
  }
}
