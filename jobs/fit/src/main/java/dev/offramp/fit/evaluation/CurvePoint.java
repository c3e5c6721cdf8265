package dev.offramp.fit.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * A point of a curve.
 *
 * @param x across
 * @param y up
 */
public record CurvePoint(double x, double y) {
  /** A drawn curve needs no more. */
  private static final int MOST = 160;

  /** Of a longer curve, points at even distances of their number, first and last among them. */
  static List<CurvePoint> thinned(List<CurvePoint> curve) {
    if (curve.size() <= MOST) {
      return List.copyOf(curve);
    }
    List<CurvePoint> kept = new ArrayList<>();
    for (int k = 0; k < MOST; k++) {
      kept.add(curve.get((int) ((long) k * (curve.size() - 1) / (MOST - 1))));
    }
    return List.copyOf(kept);
  }
}
