package dev.offramp.fit.learn;

import dev.offramp.fit.learn.Sweep.Candidate;
import dev.offramp.fit.work.Progress;
import dev.offramp.fit.work.Steps;
import dev.offramp.fit.work.Workers;
import dev.offramp.runtime.Foresight;
import dev.offramp.runtime.Gate;
import dev.offramp.runtime.Manifest.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;

/**
 * Gates of every kind, learned and tried on examples that the heads haven't seen. Each kind is
 * learned when it is first asked for. One thread, which uses all cores.
 */
final class GateTrials {
  private static final int SIMPLE_TRIES = 200;
  private static final int LEARNED_TRIES = 40;

  private final Passes passes;
  private final double[][] losses;
  private final double[] costs;
  private final Recipe recipe;
  private final Progress progress;
  private final Map<GateKind, List<Candidate>> tried = new EnumMap<>(GateKind.class);
  private List<Foresight> foresight;

  /**
   * @param passes of examples that the heads haven't learned
   * @param losses of the same examples at each exit, in nats [examples][exits]
   * @param costs of leaving at each exit, in [0, 1]
   */
  GateTrials(Passes passes, double[][] losses, double[] costs, Recipe recipe, Progress progress) {
    this.passes = passes;
    this.losses = losses;
    this.costs = costs.clone();
    this.recipe = recipe;
    this.progress = progress;
  }

  /** Gates that are one threshold; none for kinds that are learned. */
  List<Candidate> simple(GateKind kind) {
    return switch (kind) {
      case BEST, MAX_PROBABILITY, ENTROPY, MARGIN, PATIENCE -> tried(kind);
      case JEI, FORESIGHT, PAPER -> List.of();
    };
  }

  /** Gates that are learned; none for kinds that are one threshold. */
  List<Candidate> learned(GateKind kind) {
    return switch (kind) {
      case BEST -> {
        List<Candidate> all = new ArrayList<>(tried(GateKind.JEI));
        all.addAll(tried(GateKind.FORESIGHT));
        all.addAll(tried(GateKind.PAPER));
        yield all;
      }
      case JEI, FORESIGHT, PAPER -> tried(kind);
      case MAX_PROBABILITY, ENTROPY, MARGIN, PATIENCE -> List.of();
    };
  }

  /** What foreseeing gates among the candidates need; null if none was asked for. */
  List<Foresight> foresight() {
    return foresight;
  }

  private List<Candidate> tried(GateKind kind) {
    // No computeIfAbsent: what it computes may not change the map.
    if (!tried.containsKey(kind)) {
      tried.put(kind, tries(kind));
    }
    return tried.get(kind);
  }

  private List<Candidate> tries(GateKind kind) {
    return switch (kind) {
      case BEST -> Sweep.sharedThreshold(passes).candidates(passes, costs, SIMPLE_TRIES);
      case MAX_PROBABILITY, ENTROPY, MARGIN, PATIENCE ->
          Sweep.threshold(kind.measure(), passes).candidates(passes, costs, SIMPLE_TRIES);
      case JEI -> jointly();
      case FORESIGHT -> foreseeing();
      case PAPER -> published();
    };
  }

  private List<Candidate> jointly() {
    GateTrainer trainer = new GateTrainer(passes, costs, recipe.gates(), recipe.seed());
    return byLambda(
        "learning gates",
        lambda ->
            Sweep.learned(lambda, trainer.learn(lambda), passes)
                .candidates(passes, costs, LEARNED_TRIES));
  }

  private List<Candidate> foreseeing() {
    ForesightTrainer.Trained trained =
        new ForesightTrainer(passes, recipe.foresight(), recipe.seed()).train(progress);
    foresight = trained.exits();
    return byLambda(
        "trying foresight",
        lambda ->
            Sweep.foreseeing(lambda, trained.chances(), passes, costs)
                .candidates(passes, costs, LEARNED_TRIES));
  }

  /** The paper's gates on these heads, their offset swept like that of the others. */
  private List<Candidate> published() {
    PaperGateTrainer trainer = new PaperGateTrainer(passes, losses, costs, recipe.seed());
    return byLambda(
        "learning the paper's gates",
        lambda -> {
          List<Gate.Linear> gates = trainer.learn(Recipe.Joint.of(lambda));
          Sweep sweep = Sweep.learned(lambda, Rule.SHARED_UNIT, gates, passes);
          List<Candidate> tried = sweep.candidates(passes, costs, LEARNED_TRIES);
          // As they were learned, too.
          tried.add(sweep.candidate(passes, costs, 0));
          return tried;
        });
  }

  private List<Candidate> byLambda(String task, DoubleFunction<List<Candidate>> learned) {
    int lambdas = recipe.gates().lambdas();
    List<List<Candidate>> byLambda = new ArrayList<>(Collections.nCopies(lambdas, null));
    Steps steps = new Steps(progress, task, lambdas);
    Workers.run(
        lambdas,
        k -> {
          double lambda = recipe.gates().lambda(k);
          byLambda.set(k, learned.apply(lambda));
          steps.steps(1, best(lambda, byLambda.get(k)));
        });
    return byLambda.stream().flatMap(List::stream).toList();
  }

  /** The most accurate of some candidates, for a person; null if there is none. */
  private static String best(double lambda, List<Candidate> candidates) {
    return candidates.stream()
        .max(
            Comparator.comparingDouble(Candidate::accuracy)
                .thenComparing(Comparator.comparingDouble(Candidate::cost).reversed()))
        .map(
            c ->
                String.format(
                    Locale.ROOT,
                    "lambda %.2g: held-out accuracy %.1f %% at cost %.2f",
                    lambda,
                    100 * c.accuracy(),
                    c.cost()))
        .orElse(null);
  }
}
