package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CostCurveTest {
  private static final CostCurve CURVE =
      new CostCurve(new double[] {16, 32, 64, 128}, new double[] {900, 1000, 1200, 2400});

  @Test
  void timesLieOnTheLineThroughThePoints() {
    assertThat(CURVE.micros(2, 24)).isEqualTo(1100);
    assertThat(CURVE.micros(1, 64)).isEqualTo(1200);
    assertThat(CURVE.micros(4, 48)).as("past the last point, on").isEqualTo(3600);
    assertThat(CURVE.micros(1, 1)).as("weights are streamed anyway").isGreaterThan(450);
    assertThat(CURVE.micros(1, 8)).isLessThan(900);
    assertThat(new CostCurve(new double[] {5}, new double[] {7}).micros(3, 9)).isEqualTo(7);
  }

  @Test
  void kneeIsTheSmallestBatchThatIsNearlyTheBest() {
    assertThat(CURVE.best()).isEqualTo(64 / 1200.0);
    assertThat(CURVE.knee()).isEqualTo(64);
  }

  @Test
  void measuringStopsWhereDoublingWinsNothing() {
    List<Double> rows = new ArrayList<>();
    CostCurve curve =
        CostCurve.measured(
            16,
            1024,
            r -> {
              rows.add((double) r);
              return Math.max(1000, r * 16 * 10);
            });
    assertThat(curve.sizes()).containsExactly(16, 32, 64, 128, 256, 512);
    assertThat(rows).as("three runs of each").hasSize(18);
    assertThat(curve.knee()).isEqualTo(128);
    assertThat(CostCurve.measured(16, 4, r -> 1000).sizes()).containsExactly(16, 32, 64);
  }

  @Test
  void curveFollowsWhatBatchesTakeAndSaysByHowMuchItMissed() {
    CostCurve curve = CURVE.copy();
    assertThat(curve.error()).isZero();
    for (int i = 0; i < 100; i++) {
      curve.observe(4, 16, 2400);
    }
    assertThat(curve.micros(4, 16)).as("twice as slow").isCloseTo(2400, within(1.0));
    assertThat(curve.micros(8, 16)).as("and so are sizes not seen").isCloseTo(4800, within(2.0));
    assertThat(curve.error()).isLessThan(0.01);
    curve.observe(4, 16, 4800);
    assertThat(curve.error()).isBetween(0.09, 0.11);
    assertThat(CURVE.micros(4, 16)).as("the original is as it was").isEqualTo(1200);
  }

  /**
   * A point whose neighbour was thought to be slow once ran away to nothing, and all stood still.
   */
  @Test
  void noPointRunsAwayWhereItsNeighbourIsWrong() {
    CostCurve curve = CURVE.copy();
    for (int i = 0; i < 20; i++) {
      curve.observe(1, 32, 10_000);
    }
    for (int i = 0; i < 100_000; i++) {
      curve.observe(1, 50, 600);
    }
    assertThat(curve.micros(1, 50)).isCloseTo(600, within(1.0));
    assertThat(curve.best()).isBetween(0.01, 10.0);
    assertThat(curve.micros(1, 64)).isPositive();
  }

  @Test
  void clockThatShowsNoTimeBreaksNothing() {
    CostCurve curve = CURVE.copy();
    for (int i = 0; i < 1000; i++) {
      curve.observe(4, 16, 0);
    }
    assertThat(curve.micros(4, 16)).isBetween(0.9, 1.3);
    assertThat(curve.best()).isFinite();
  }

  @Test
  void curveWithoutPointsOrWithFaultyOnesIsRefused() {
    assertThatThrownBy(() -> new CostCurve(new double[0], new double[0]))
        .hasMessageContaining("one at least");
    assertThatThrownBy(() -> new CostCurve(new double[] {2, 1}, new double[] {1, 1}))
        .hasMessageContaining("ascending sizes");
    assertThatThrownBy(() -> new CostCurve(new double[] {1}, new double[] {0}))
        .hasMessageContaining("times above 0");
  }
}
