package dev.offramp.fit.learn;

import dev.offramp.fit.learn.Sweep.Candidate;
import dev.offramp.fit.work.Progress;
import dev.offramp.fit.work.Steps;
import dev.offramp.fit.work.Workers;
import dev.offramp.runtime.Gate;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.Expected;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Manifest.Rule;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Learns everything that makes a backbone an early-exit network, from the features of its exits:
 * heads, stacking, gates, operating points and their calibration. After JEI-DNN (Regol, Chataoui,
 * Coates, ICLR 2024, arXiv 2310.09163), with heads and gates taught apart: heads fit their own
 * examples almost perfectly, so gates learn on logits of examples that the heads haven't seen. The
 * published way is there as the reference: {@link Recipe#paper}.
 */
public final class Learner {
  /** Name of the point where nobody leaves early. */
  public static final String FULL_DEPTH = "full";

  private final double[] costs;
  private final int classes;
  private final Recipe recipe;
  private final HeadStore store;
  private final Progress progress;

  Learner(double[] costs, int classes, Recipe recipe, Progress progress) {
    this(costs, classes, recipe, HeadStore.NONE, progress);
  }

  Learner(double[] costs, int classes, Recipe recipe, HeadStore store, Progress progress) {
    this.costs = costs.clone();
    this.classes = classes;
    this.recipe = recipe;
    this.store = store;
    this.progress = progress;
  }

  /** Version of the library that multiplies matrices. */
  public static String engineVersion() {
    return ai.djl.engine.Engine.getInstance().getVersion();
  }

  /**
   * Learns on all cores; the outcome doesn't depend on how many there are.
   *
   * <p>Heads learn from all training examples. All else is learned, chosen and calibrated on one
   * example of each content.
   *
   * @param train heads, stacking and gates are learned on these
   * @param validation temperatures, and which points are kept, are chosen on these
   * @param calibration the points are calibrated on these
   * @param costs of leaving at each exit, in [0, 1], never falling, 1 at the last
   * @param classes two or more
   * @throws IllegalArgumentException if the examples don't fit together; says where
   */
  public static Learned learn(
      Split train,
      Split validation,
      Split calibration,
      double[] costs,
      int classes,
      Recipe recipe,
      Progress progress) {
    return learn(train, validation, calibration, costs, classes, recipe, HeadStore.NONE, progress);
  }

  /**
   * As {@link #learn(Split, Split, Split, double[], int, Recipe, Progress)}, but heads are kept as
   * soon as they are learned, and those that are there aren't learned again: the outcome is the
   * same to the bit.
   *
   * @param store for these training and validation examples, and for {@link Recipe#heads} and
   *     {@link Recipe#seed} of the recipe; all else may change
   */
  public static Learned learn(
      Split train,
      Split validation,
      Split calibration,
      double[] costs,
      int classes,
      Recipe recipe,
      HeadStore store,
      Progress progress) {
    checkCosts(costs);
    int least = recipe.joint() == null ? recipe.heads().folds() : 1;
    train.check("training", costs.length, classes, least);
    validation.check("validation", costs.length, classes, 1);
    calibration.check("calibration", costs.length, classes, 1);
    return learnDistinct(
        train,
        validation.distinct(),
        calibration.distinct(),
        costs,
        classes,
        recipe,
        store,
        progress);
  }

  private static Learned learnDistinct(
      Split train,
      Split validation,
      Split calibration,
      double[] costs,
      int classes,
      Recipe recipe,
      HeadStore store,
      Progress progress) {
    Learner learner = new Learner(costs, classes, recipe, store, progress);
    if (recipe.joint() != null) {
      JointTrainer trainer =
          new JointTrainer(
              train.features(),
              train.labels(),
              validation.features(),
              validation.labels(),
              costs,
              classes,
              recipe.joint(),
              recipe.seed());
      JointTrainer.Trained together = trainer.train(progress);
      return learner.judged(
          together.heads(),
          learner.draft(Stacking.none(costs.length)),
          learner.points(together.gates()),
          Heads.logits(together.heads(), validation.features()),
          validation.labels(),
          Heads.logits(together.heads(), calibration.features()),
          calibration.labels());
    }
    Taught taught = learner.teach(train, validation);
    // Chosen before the manifest is asked for: foresight is learned when it is first tried.
    Points.Chosen chosen = learner.choose(taught, recipe.kind());
    if (chosen.reason() != null) {
      progress.note(chosen.reason());
    }
    return learner.judged(
        taught.heads,
        taught.manifest(),
        chosen,
        taught.validation,
        validation.labels(),
        Heads.logits(taught.heads, calibration.features()),
        calibration.labels());
  }

  /**
   * Heads, and what gates are learned on.
   *
   * @param draft with the stacking
   * @param trials gates of all kinds, on examples that the heads haven't seen
   * @param fullDepth where the last exit is right, for the same examples
   * @param validation logits of the validation examples
   */
  record Taught(
      List<Head> heads,
      Manifest draft,
      GateTrials trials,
      boolean[] fullDepth,
      float[][] validation) {
    /** What decides with gates that were asked for. */
    Manifest manifest() {
      return Draft.foreseeing(draft, trials.foresight());
    }
  }

  /** Learns heads and their stacking. */
  Taught teach(Split train, Split validation) {
    HeadTrainer.Trained trained =
        new HeadTrainer(train, validation, classes, recipe.heads(), recipe.seed())
            .train(store, progress);
    int[] unseenLabels = trained.labels(train.labels());
    float[][] heldOut = Heads.logits(trained.heads(), validation.features());
    Manifest draft =
        draft(
            new Stacking(costs.length, classes, recipe.stacking(), recipe.seed())
                .learn(trained.outOfFold(), unseenLabels, heldOut, validation.labels(), progress));
    // Out-of-fold examples are many and as unseen as those of validation: on 1,500 validation
    // examples alone the point chosen to lose .5 points on CLINC150 lost 1.4 on test.
    Passes passes =
        Passes.of(draft, trained.outOfFold(), unseenLabels)
            .and(Passes.of(draft, heldOut, validation.labels()));
    double[][] losses =
        Stream.of(
                TrueLosses.of(draft, trained.outOfFold(), unseenLabels),
                TrueLosses.of(draft, heldOut, validation.labels()))
            .flatMap(Stream::of)
            .toArray(double[][]::new);
    GateTrials trials = new GateTrials(passes, losses, costs, recipe, progress);
    return new Taught(
        trained.heads(), draft, trials, passes.correct()[passes.exits() - 1], heldOut);
  }

  /** Chooses points among gates of a kind. */
  Points.Chosen choose(Taught taught, GateKind kind) {
    List<Candidate> simple = taught.trials.simple(kind);
    List<Candidate> learned = taught.trials.learned(kind);
    return Points.choose(simple, learned, taught.fullDepth, recipe.goal(), costs.length);
  }

  /** The one point of gates that were learned with the heads, and full depth. */
  private Points.Chosen points(List<Gate.Linear> gates) {
    OperatingPoint full = Draft.fullDepth(costs.length);
    if (gates.isEmpty()) {
      return new Points.Chosen(List.of(full), full.name(), null);
    }
    OperatingPoint point =
        Draft.point("p1", recipe.joint().lambda(), Rule.SHARED_UNIT, List.copyOf(gates));
    return new Points.Chosen(List.of(point, full), point.name(), null);
  }

  /** Judges and calibrates points. */
  Learned judged(
      List<Head> heads,
      Manifest draft,
      Points.Chosen chosen,
      float[][] validation,
      int[] validationLabels,
      float[][] calibration,
      int[] calibrationLabels) {
    List<OperatingPoint> points = chosen.points();
    noteLevelsWithoutSets(calibrationLabels.length);
    Calibrator calibrator =
        new Calibrator(
            draft,
            new Examples(validation, validationLabels, classes),
            new Examples(calibration, calibrationLabels, classes));
    OperatingPoint[] done = new OperatingPoint[points.size()];
    Steps steps = new Steps(progress, "calibrating points", done.length);
    Workers.run(
        done.length,
        k -> {
          OperatingPoint point = points.get(k);
          Expected expected = expected(draft, point, validation, validationLabels);
          done[k] = Draft.calibrated(Draft.expecting(point, expected), calibrator.calibrate(point));
          steps.step();
        });
    boolean foreseeing =
        points.stream()
            .flatMap(p -> p.gates().stream())
            .anyMatch(Gate.Foreseeing.class::isInstance);
    return new Learned(
        heads,
        draft.stacking(),
        foreseeing ? draft.foresight() : null,
        recipe.levels(),
        List.of(done),
        chosen.defaultPoint());
  }

  /** Says which prediction sets are useless, since calibration examples are too few. */
  private void noteLevelsWithoutSets(int examples) {
    List<Double> levels =
        recipe.levels().stream().filter(l -> Conformal.examplesNeeded(l) > examples).toList();
    if (!levels.isEmpty()) {
      progress.note(
          "prediction sets at levels %s hold every label: the highest needs %d calibration examples, and there are %d"
              .formatted(
                  levels, Conformal.examplesNeeded(levels.get(levels.size() - 1)), examples));
    }
  }

  private Manifest draft(List<float[]> stacking) {
    return Draft.manifest(classes, costs, stacking, recipe.levels(), List.of(), FULL_DEPTH);
  }

  private Expected expected(Manifest draft, OperatingPoint point, float[][] logits, int[] labels) {
    Replay.Taken taken = Replay.run(draft, point, logits);
    int n = labels.length;
    int right = 0;
    double cost = 0;
    int[] left = new int[costs.length];
    for (int i = 0; i < n; i++) {
      right += taken.labels()[i] == labels[i] ? 1 : 0;
      cost += costs[taken.exits()[i]];
      left[taken.exits()[i]]++;
    }
    List<Double> shares = Arrays.stream(left).mapToObj(c -> c / (double) n).toList();
    return new Expected(right / (double) n, cost / n, shares);
  }

  private static void checkCosts(double[] costs) {
    double before = 0;
    for (double cost : costs) {
      if (!(cost >= before && cost <= 1)) {
        throw new IllegalArgumentException(
            "costs must never fall, in [0, 1]: " + Arrays.toString(costs));
      }
      before = cost;
    }
    if (Math.abs(before - 1) > 1e-9) {
      throw new IllegalArgumentException(
          "the last exit's cost must be 1: " + Arrays.toString(costs));
    }
  }
}
