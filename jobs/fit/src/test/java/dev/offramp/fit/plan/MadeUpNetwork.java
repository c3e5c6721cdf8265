package dev.offramp.fit.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Networks for plans, with events of ten tokens. */
final class MadeUpNetwork {
  static final int TOKENS = 10;

  private MadeUpNetwork() {}

  /** A stage whose batches can't be larger than one row. */
  static StageCost single(int stage, double micros) {
    return new StageCost(stage, new TreeMap<>(Map.of(TOKENS, micros)));
  }

  /** A stage that takes this for any batch, and this for each row of it; to 32 rows. */
  static StageCost line(int stage, double fixed, double perRow) {
    NavigableMap<Integer, Double> points = new TreeMap<>();
    for (int rows = 1; rows <= 32; rows++) {
      points.put(rows * TOKENS, fixed + rows * perRow);
    }
    return new StageCost(stage, points);
  }

  /** A network of these stages. */
  static Network of(List<StageCost> stages, List<Double> exitShares) {
    return new Network(stages, exitShares, TOKENS, 1000);
  }

  /** Stages alike, with as many events leaving at each exit. */
  static Network even(int stages, double fixed, double perRow) {
    List<StageCost> costs = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    for (int k = 0; k < stages; k++) {
      costs.add(line(k, fixed, perRow));
      shares.add(1.0 / stages);
    }
    return of(costs, shares);
  }
}
