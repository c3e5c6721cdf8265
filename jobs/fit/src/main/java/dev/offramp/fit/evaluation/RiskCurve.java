package dev.offramp.fit.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Selective prediction: the surest examples are answered and the others declined; how often are the
 * answers wrong, against the share answered?
 *
 * <p>Examples are answered in order of confidence. Those of equal confidence come in any order, so
 * each of them counts as wrong by their share of wrong ones: the curve doesn't depend on how the
 * data is sorted. O(n log n). (Geifman and El-Yaniv, arXiv 1705.08500.)
 *
 * @param area mean risk over all numbers of examples answered
 * @param errorAtAll risk when all are answered
 * @param atShares risk at a few shares answered, from all down
 * @param curve risk against share answered, thinned
 */
public record RiskCurve(
    double area, double errorAtAll, List<CurvePoint> atShares, List<CurvePoint> curve) {
  private static final List<Double> SHARES = List.of(1.0, 0.98, 0.95, 0.9, 0.8, 0.7, 0.5);

  /** The curve of some answers; at least one. */
  static RiskCurve of(double[] confidence, boolean[] correct) {
    int n = confidence.length;
    Integer[] order = IntStream.range(0, n).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> -confidence[i]));
    List<CurvePoint> curve = new ArrayList<>();
    int wrongBefore = 0;
    double risks = 0;
    for (int from = 0; from < n; ) {
      int to = from;
      int wrongHere = 0;
      while (to < n && confidence[order[to]] == confidence[order[from]]) {
        wrongHere += correct[order[to]] ? 0 : 1;
        to++;
      }
      // Counted from whole numbers, not added up: rounding takes no risk past 1.
      for (int k = from; k < to; k++) {
        double wrong = wrongBefore + (k + 1 - from) * (double) wrongHere / (to - from);
        double risk = wrong / (k + 1);
        risks += risk;
        curve.add(new CurvePoint((k + 1) / (double) n, risk));
      }
      wrongBefore += wrongHere;
      from = to;
    }
    return new RiskCurve(
        risks / n, wrongBefore / (double) n, atShares(curve), CurvePoint.thinned(curve));
  }

  private static List<CurvePoint> atShares(List<CurvePoint> curve) {
    return SHARES.stream()
        .map(share -> (int) Math.round(share * curve.size()))
        .filter(answered -> answered > 0)
        .map(answered -> curve.get(answered - 1))
        .toList();
  }
}
