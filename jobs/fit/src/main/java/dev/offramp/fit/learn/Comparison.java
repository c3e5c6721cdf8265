package dev.offramp.fit.learn;

import dev.offramp.fit.learn.Front.Trial;
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
 * @param fronts for each kind, its points on test examples from the cheapest to full depth
 * @param learned what the recipe gives, calibrated
 * @param test logits of the test examples by its heads [examples][exits x classes]
 */
public record Comparison(Map<GateKind, List<Trial>> fronts, Learned learned, float[][] test) {

  /**
   * Labelled examples.
   *
   * @param labels one for each example, in [0, classes)
   */
  public record Split(Features features, int[] labels) {}

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
    Learner.Taught taught =
        learner.teach(train.features, train.labels, validation.features, validation.labels);
    float[][] logits = Heads.logits(taught.heads(), test.features);
    Map<GateKind, List<Trial>> fronts = new EnumMap<>(GateKind.class);
    for (GateKind kind : GateKind.values()) {
      List<OperatingPoint> points = learner.choose(taught, kind).points();
      fronts.put(kind, judged(taught.manifest(), points, costs, logits, test.labels));
    }
    Learned learned =
        learner.judged(
            taught.heads(),
            taught.manifest(),
            learner.choose(taught, recipe.kind()),
            taught.validation(),
            validation.labels,
            Heads.logits(taught.heads(), calibration.features),
            calibration.labels);
    return new Comparison(fronts, learned, logits);
  }

  private static List<Trial> judged(
      Manifest manifest,
      List<OperatingPoint> points,
      double[] costs,
      float[][] logits,
      int[] labels) {
    List<Trial> front = new ArrayList<>();
    for (OperatingPoint point : points) {
      Replay.Taken taken = Replay.run(manifest, point, logits);
      int right = 0;
      double cost = 0;
      for (int i = 0; i < labels.length; i++) {
        right += taken.labels()[i] == labels[i] ? 1 : 0;
        cost += costs[taken.exits()[i]];
      }
      front.add(new Trial(cost / labels.length, right / (double) labels.length));
    }
    front.sort(Comparator.comparingDouble(Trial::cost));
    return List.copyOf(front);
  }
}
