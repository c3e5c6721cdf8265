package dev.offramp.fit.plan;

import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Manifest;
import java.util.List;

/**
 * What a plan must know of a network at an operating point: what its stages cost and how many
 * events get there. Immutable.
 *
 * @param stages in order
 * @param exitShares share of events that leave at each exit; they sum to 1
 * @param tokens of a typical event, special ones included; 1 for tensors
 * @param weightBytes of all stages together
 */
public record Network(
    List<StageCost> stages, List<Double> exitShares, double tokens, long weightBytes) {
  /** A larger batch must save a twentieth of an event's time to be worth waiting for. */
  private static final double WORTHWHILE = 1.05;

  /** Checks that the parts go together. */
  public Network {
    stages = List.copyOf(stages);
    exitShares = List.copyOf(exitShares);
    if (stages.size() != exitShares.size()) {
      throw new IllegalArgumentException(
          "there must be a cost curve for each stage: %d stages, curves for %d"
              .formatted(exitShares.size(), stages.size()));
    }
    for (int k = 0; k < stages.size(); k++) {
      if (stages.get(k).stage() != k) {
        throw new IllegalArgumentException(
            "stages must come in order, each once: stage %d where %d must be"
                .formatted(stages.get(k).stage(), k));
      }
    }
    if (!(tokens >= 1)) {
      throw new IllegalArgumentException("a typical event has 1 token or more: " + tokens);
    }
  }

  /**
   * A bundle at an operating point, with the exit shares that held-out examples gave.
   *
   * @throws IllegalArgumentException the bundle has no such point, or other stages than the curves
   */
  public static Network of(Bundle bundle, String point, List<StageCost> stages, double tokens) {
    Manifest manifest = bundle.manifest();
    List<Double> shares = manifest.point(point).expected().exitShares();
    long bytes = 0;
    for (Manifest.Stage stage : manifest.stages()) {
      bytes += bundle.folder().resolve(stage.file()).toFile().length();
    }
    return new Network(stages, shares, tokens, bytes);
  }

  /** The same stages where events leave otherwise. */
  public Network withExitShares(List<Double> shares) {
    return new Network(stages, shares, tokens, weightBytes);
  }

  int size() {
    return stages.size();
  }

  /** Share of events that get to a stage. */
  double reach(int stage) {
    double left = 0;
    for (int k = 0; k < stage; k++) {
      left += exitShares.get(k);
    }
    // Shares are rounded: what is left of them after the last must not count as events.
    return left > 1 - 1e-9 ? 0 : 1 - left;
  }

  /** Microseconds that a batch of so many rows takes at a stage; rows may be a mean. */
  double micros(int stage, double rows) {
    return stages.get(stage).micros(rows * tokens);
  }

  /** Rows of the smallest batch at a stage that is nearly as good as the best measured one. */
  int usefulRows(int stage) {
    int most = Math.max(1, (int) (stages.get(stage).largest() / tokens));
    double best = micros(stage, most) / most;
    int rows = 1;
    while (micros(stage, rows) / rows > WORTHWHILE * best) {
      rows++;
    }
    return rows;
  }
}
