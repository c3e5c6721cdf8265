package dev.offramp.fit.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RocCurveTest {
  @Test
  void curveOfACaseCountedByHand() {
    RocCurve roc = RocCurve.of(new double[] {1, 2, 3, 5}, new double[] {3, 4});
    assertThat(roc.curve())
        .containsExactly(
            new CurvePoint(0, 0),
            new CurvePoint(0.25, 0),
            new CurvePoint(0.25, 0.5),
            new CurvePoint(0.5, 1),
            new CurvePoint(0.75, 1),
            new CurvePoint(1, 1));
    assertThat(roc.auroc()).isCloseTo((2.5 + 3) / 8, within(1e-12));
    assertThat(roc.falseAlarmsAt95()).isEqualTo(0.5);
  }

  @Property(tries = 200)
  void areaUnderTheWholeCurveIsTheChanceThatAPositiveScoresMore(
      @ForAll @Size(min = 1, max = 60) List<@IntRange(max = 15) Integer> negatives,
      @ForAll @Size(min = 1, max = 60) List<@IntRange(min = 5, max = 20) Integer> positives) {
    double[] down = negatives.stream().mapToDouble(i -> i).toArray();
    double[] up = positives.stream().mapToDouble(i -> i).toArray();
    List<CurvePoint> curve = RocCurve.whole(down, up);
    double area = 0;
    for (int k = 1; k < curve.size(); k++) {
      CurvePoint a = curve.get(k - 1);
      CurvePoint b = curve.get(k);
      assertThat(b.x()).isGreaterThanOrEqualTo(a.x());
      assertThat(b.y()).isGreaterThanOrEqualTo(a.y());
      area += (b.x() - a.x()) * (a.y() + b.y()) / 2;
    }
    assertThat(area).isCloseTo(Quality.auroc(down, up), within(1e-9));
  }
}
