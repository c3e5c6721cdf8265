package dev.offramp.fit.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How well a score tells positives from negatives, for every threshold: share of positives found
 * against share of negatives taken for one.
 *
 * @param auroc area under the whole curve
 * @param falseAlarmsAt95 share of negatives taken for positives where 95 % of positives are found
 * @param curve from (0, 0) to (1, 1), thinned
 */
public record RocCurve(double auroc, double falseAlarmsAt95, List<CurvePoint> curve) {
  private static final double FOUND = 0.95;

  /** The curve of some scores, larger for positives. Neither may be empty. */
  static RocCurve of(double[] negatives, double[] positives) {
    List<CurvePoint> curve = whole(negatives, positives);
    double alarms = 1;
    for (CurvePoint p : curve) {
      alarms = p.y() >= FOUND ? Math.min(alarms, p.x()) : alarms;
    }
    return new RocCurve(Quality.auroc(negatives, positives), alarms, CurvePoint.thinned(curve));
  }

  /** A point for each distinct score, from the largest, and (0, 0). */
  static List<CurvePoint> whole(double[] negatives, double[] positives) {
    double[] down = negatives.clone();
    double[] up = positives.clone();
    Arrays.sort(down);
    Arrays.sort(up);
    List<CurvePoint> curve = new ArrayList<>();
    int n = down.length;
    int p = up.length;
    curve.add(new CurvePoint(0, 0));
    while (n > 0 || p > 0) {
      double threshold =
          Math.max(
              n > 0 ? down[n - 1] : Double.NEGATIVE_INFINITY,
              p > 0 ? up[p - 1] : Double.NEGATIVE_INFINITY);
      while (n > 0 && down[n - 1] >= threshold) {
        n--;
      }
      while (p > 0 && up[p - 1] >= threshold) {
        p--;
      }
      curve.add(
          new CurvePoint(1 - n / (double) negatives.length, 1 - p / (double) positives.length));
    }
    return curve;
  }
}
