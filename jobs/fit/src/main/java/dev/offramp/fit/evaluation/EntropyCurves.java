package dev.offramp.fit.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How entropy at the exit taken (nats) is spread: the share of examples that have at most so much.
 *
 * @param right of right answers
 * @param wrong of wrong answers
 * @param outOfScope of examples that no label fits
 */
public record EntropyCurves(
    List<CurvePoint> right, List<CurvePoint> wrong, List<CurvePoint> outOfScope) {

  /**
   * The three curves, each empty if there is no such example.
   *
   * @param strangers null if there are none
   */
  static EntropyCurves of(Judged judged, Judged strangers) {
    return new EntropyCurves(
        curve(of(judged, true)),
        curve(of(judged, false)),
        strangers == null ? List.of() : curve(strangers.entropy.clone()));
  }

  private static double[] of(Judged judged, boolean correct) {
    return IntStream.range(0, judged.examples())
        .filter(i -> judged.correct[i] == correct)
        .mapToDouble(i -> judged.entropy[i])
        .toArray();
  }

  private static List<CurvePoint> curve(double[] entropy) {
    Arrays.sort(entropy);
    List<CurvePoint> curve = new ArrayList<>();
    for (int k = 0; k < entropy.length; k++) {
      curve.add(new CurvePoint(entropy[k], (k + 1) / (double) entropy.length));
    }
    return CurvePoint.thinned(curve);
  }
}
