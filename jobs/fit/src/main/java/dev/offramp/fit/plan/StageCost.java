package dev.offramp.fit.plan;

import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.CostCurve;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.StageRunner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * How long one stage takes for a batch, by its padded tokens (rows x tokens of a row): a line
 * through measured points. Two things are certain of every stage, so that what disturbed a
 * measurement is smoothed by them: a larger batch takes no less time than a smaller one, and no
 * more than as many small ones after each other. Below the first point a call takes as long as
 * there, since it streams the same weights; past the last, time grows with the tokens. Immutable.
 *
 * @param stage its number, from 0
 * @param microsByTokens microseconds on one runner, by padded tokens, one point at least
 */
public record StageCost(int stage, NavigableMap<Integer, Double> microsByTokens) {
  /** Smooths and checks. */
  public StageCost {
    if (stage < 0) {
      throw new IllegalArgumentException("stages are numbered from 0: " + stage);
    }
    if (microsByTokens.isEmpty()) {
      throw new IllegalArgumentException(
          "stage %d needs the time of one size of batch at least".formatted(stage));
    }
    NavigableMap<Integer, Double> smooth = new TreeMap<>();
    for (Map.Entry<Integer, Double> point : microsByTokens.entrySet()) {
      int tokens = point.getKey();
      double micros = point.getValue();
      if (tokens < 1 || !(micros > 0) || !Double.isFinite(micros)) {
        throw new IllegalArgumentException(
            "stage %d: tokens must be 1 or more and micros above 0: %d tokens, %s micros"
                .formatted(stage, tokens, micros));
      }
      Map.Entry<Integer, Double> before = smooth.lastEntry();
      if (before != null) {
        micros = Math.max(micros, before.getValue());
        micros = Math.min(micros, before.getValue() * tokens / before.getKey());
      }
      smooth.put(tokens, micros);
    }
    microsByTokens = Collections.unmodifiableNavigableMap(smooth);
  }

  /**
   * What the stages of a bundle cost on a device, as serving measures it when it loads them, for
   * batches of events of one length.
   *
   * @param tokens of an event
   * @throws dev.offramp.runtime.BundleException a stage can't be loaded
   */
  public static List<StageCost> measured(Bundle bundle, Device device, double tokens) {
    List<StageCost> costs = new ArrayList<>();
    for (int k = 0; k < bundle.manifest().exits(); k++) {
      try (StageRunner runner = new StageRunner(bundle, k, device)) {
        costs.add(of(k, runner.curve(), tokens));
      }
    }
    return costs;
  }

  /** A curve at one row of so many tokens, two rows, and so on to the largest measured batch. */
  static StageCost of(int stage, CostCurve curve, double tokens) {
    double[] sizes = curve.sizes();
    NavigableMap<Integer, Double> points = new TreeMap<>();
    int rows = 1;
    do {
      double padded = rows * tokens;
      points.put((int) Math.round(padded), curve.micros(padded));
      rows++;
    } while (rows * tokens <= sizes[sizes.length - 1]);
    return new StageCost(stage, points);
  }

  /** Microseconds that a batch of so many padded tokens takes. */
  public double micros(double tokens) {
    Map.Entry<Integer, Double> first = microsByTokens.firstEntry();
    Map.Entry<Integer, Double> last = microsByTokens.lastEntry();
    if (tokens <= first.getKey()) {
      return first.getValue();
    }
    if (tokens >= last.getKey()) {
      return last.getValue() * tokens / last.getKey();
    }
    Map.Entry<Integer, Double> below = microsByTokens.floorEntry((int) tokens);
    Map.Entry<Integer, Double> above = microsByTokens.higherEntry((int) tokens);
    double share = (tokens - below.getKey()) / (above.getKey() - below.getKey());
    return below.getValue() + share * (above.getValue() - below.getValue());
  }

  /** Padded tokens of the largest batch that was measured. */
  int largest() {
    return microsByTokens.lastKey();
  }
}
