package dev.offramp.fit.learn;

import dev.offramp.runtime.Manifest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What every threshold of a baseline gives on labelled examples: the whole curve of accuracy
 * against cost. One number makes a baseline, so to draw its curve on test examples chooses nothing.
 */
public final class Front {
  private static final int TRIES = 200;

  private Front() {}

  /**
   * One threshold.
   *
   * @param cost mean share of the network's multiply-adds
   * @param accuracy share of right labels
   */
  public record Trial(double cost, double accuracy) {}

  /**
   * The curves of {@link GateKind#BASELINES}, each from the cheapest.
   *
   * @param manifest whose stacking makes probabilities of logits
   * @param logits [examples][exits x classes]
   * @param labels [examples]
   */
  public static Map<GateKind, List<Trial>> baselines(
      Manifest manifest, float[][] logits, int[] labels) {
    Passes passes = Passes.of(manifest, logits, labels);
    double[] costs = manifest.stages().stream().mapToDouble(Manifest.Stage::cost).toArray();
    Map<GateKind, List<Trial>> curves = new EnumMap<>(GateKind.class);
    for (GateKind kind : GateKind.BASELINES) {
      List<Trial> curve = new ArrayList<>();
      for (Sweep.Candidate c :
          Sweep.threshold(kind.measure(), passes).candidates(passes, costs, TRIES)) {
        curve.add(new Trial(c.cost(), c.accuracy()));
      }
      curve.sort(Comparator.comparingDouble(Trial::cost).thenComparingDouble(Trial::accuracy));
      curves.put(kind, List.copyOf(curve));
    }
    return curves;
  }
}
