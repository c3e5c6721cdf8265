package dev.offramp.fit.learn;

import dev.offramp.fit.work.Progress;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.OperatingPoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Gates of every kind on the same heads, each kind's points chosen on held-out examples with the
 * same care, and judged on test examples.
 *
 * @param fronts for each kind, its points from the cheapest to full depth
 * @param learned what the recipe gives, calibrated
 * @param manifest that decides with it
 * @param logits of the test examples by its heads [examples][exits x classes]
 */
public record Comparison(
    Map<GateKind, List<Judged>> fronts, Learned learned, Manifest manifest, float[][] logits) {

  /**
   * An operating point on test examples.
   *
   * @param cost mean share of the network's multiply-adds
   * @param right where it is right, by example
   */
  public record Judged(double cost, boolean[] right) {}

  /**
   * Learns heads once, and gates of every kind.
   *
   * @param costs of leaving at each exit, in [0, 1]
   */
  public static Comparison of(
      Split train,
      Split validation,
      Split calibration,
      Split test,
      double[] costs,
      int classes,
      Recipe recipe,
      Progress progress) {
    Learner learner = new Learner(costs, classes, recipe, progress);
    Split judging = validation.distinct();
    Split calibrating = calibration.distinct();
    Learner.Taught taught = learner.teach(train, judging);
    float[][] logits = Heads.logits(taught.heads(), test.features());
    Map<GateKind, List<Judged>> fronts = new EnumMap<>(GateKind.class);
    for (GateKind kind : GateKind.values()) {
      List<OperatingPoint> points = learner.choose(taught, kind).points();
      fronts.put(kind, judged(taught.manifest(), points, costs, logits, test.labels()));
    }
    Points.Chosen chosen = learner.choose(taught, recipe.kind());
    if (chosen.reason() != null) {
      progress.note(chosen.reason());
    }
    Learned learned =
        learner.judged(
            taught.heads(),
            taught.manifest(),
            chosen,
            taught.validation(),
            judging.labels(),
            Heads.logits(taught.heads(), calibrating.features()),
            calibrating.labels());
    return new Comparison(fronts, learned, manifest(learned, costs, classes), logits);
  }

  private static Manifest manifest(Learned learned, double[] costs, int classes) {
    Manifest manifest =
        Draft.manifest(
            classes,
            costs,
            learned.stacking(),
            learned.levels(),
            learned.points(),
            learned.defaultPoint());
    return Draft.foreseeing(manifest, learned.foresight());
  }

  /** The one early point of the published recipe, on the same test examples. */
  public static Judged published(
      Split train,
      Split validation,
      Split calibration,
      Split test,
      double[] costs,
      int classes,
      Recipe recipe,
      Progress progress) {
    Learned learned =
        Learner.learn(train, validation, calibration, costs, classes, recipe, progress);
    Manifest manifest = manifest(learned, costs, classes);
    float[][] logits = Heads.logits(learned.heads(), test.features());
    return judged(manifest, learned.points().subList(0, 1), costs, logits, test.labels()).get(0);
  }

  private static List<Judged> judged(
      Manifest manifest,
      List<OperatingPoint> points,
      double[] costs,
      float[][] logits,
      int[] labels) {
    List<Judged> front = new ArrayList<>();
    for (OperatingPoint point : points) {
      Replay.Taken taken = Replay.run(manifest, point, logits);
      boolean[] right = new boolean[labels.length];
      double cost = 0;
      for (int i = 0; i < labels.length; i++) {
        right[i] = taken.labels()[i] == labels[i];
        cost += costs[taken.exits()[i]];
      }
      front.add(new Judged(cost / labels.length, right));
    }
    front.sort(Comparator.comparingDouble(Judged::cost));
    return List.copyOf(front);
  }
}
