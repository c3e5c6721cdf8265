package dev.offramp.fit.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RiskCurveTest {
  @Test
  void areaOfACaseCountedByHand() {
    // In order of confidence: right, wrong, right, right.
    RiskCurve curve =
        RiskCurve.of(new double[] {0.6, 0.9, 0.8, 0.5}, new boolean[] {true, true, false, true});
    assertThat(curve.curve())
        .containsExactly(
            new CurvePoint(0.25, 0),
            new CurvePoint(0.5, 0.5),
            new CurvePoint(0.75, 1.0 / 3),
            new CurvePoint(1, 0.25));
    assertThat(curve.area()).isCloseTo((0.5 + 1.0 / 3 + 0.25) / 4, within(1e-12));
    assertThat(curve.errorAtAll()).isEqualTo(0.25);
    assertThat(curve.atShares().get(0)).isEqualTo(new CurvePoint(1, 0.25));
    assertThat(curve.atShares()).contains(new CurvePoint(0.5, 0.5));
  }

  @Test
  void equalConfidencesCountByTheirShareOfWrongOnes() {
    RiskCurve curve = RiskCurve.of(new double[] {0.7, 0.7}, new boolean[] {true, false});
    assertThat(curve.curve()).containsExactly(new CurvePoint(0.5, 0.5), new CurvePoint(1, 0.5));
    assertThat(curve.area()).isEqualTo(0.5);
  }

  @Test
  void noRiskPassesOneWhenAllAreWrong() {
    for (int n = 1; n <= 300; n++) {
      double[] confidence = new double[n];
      for (int i = 0; i < n; i++) {
        confidence[i] = i % 20 / 20.0;
      }
      RiskCurve curve = RiskCurve.of(confidence, new boolean[n]);
      assertThat(curve.area()).isEqualTo(1);
      assertThat(curve.errorAtAll()).isEqualTo(1);
      assertThat(curve.curve()).allSatisfy(point -> assertThat(point.y()).isEqualTo(1));
    }
  }

  @Property(tries = 200)
  void riskAtFullShareIsTheErrorAndTheOrderOfExamplesDoesNotMatter(
      @ForAll @Size(min = 1, max = 300) List<@IntRange(max = 20) Integer> scores,
      @ForAll Random random) {
    int n = scores.size();
    boolean[] correct = new boolean[n];
    double wrong = 0;
    for (int i = 0; i < n; i++) {
      correct[i] = random.nextBoolean();
      wrong += correct[i] ? 0 : 1;
    }
    RiskCurve curve = curve(scores, correct, IntStream.range(0, n).boxed().toList());
    List<Integer> order = Arrays.asList(IntStream.range(0, n).boxed().toArray(Integer[]::new));
    Collections.shuffle(order, random);
    RiskCurve shuffled = curve(scores, correct, order);
    assertThat(curve.errorAtAll()).isCloseTo(wrong / n, within(1e-9));
    assertThat(curve.curve().get(curve.curve().size() - 1).y()).isCloseTo(wrong / n, within(1e-9));
    assertThat(curve.curve()).hasSizeLessThanOrEqualTo(160);
    assertThat(curve.area()).isCloseTo(shuffled.area(), within(1e-9)).isBetween(0.0, 1.0);
  }

  private static RiskCurve curve(List<Integer> scores, boolean[] correct, List<Integer> order) {
    double[] confidence = new double[order.size()];
    boolean[] right = new boolean[order.size()];
    for (int i = 0; i < confidence.length; i++) {
      confidence[i] = scores.get(order.get(i)) / 20.0;
      right[i] = correct[order.get(i)];
    }
    return RiskCurve.of(confidence, right);
  }
}
