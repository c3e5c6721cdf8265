package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MeasuresTest {
  private final double[] m = new double[Measures.COUNT];

  private double get(Measure measure) {
    return m[measure.index()];
  }

  @Test
  void papersFourMeasuresByHand() {
    Measures.of(0, new float[] {0.5f, 0.25f, 0.25f}, new float[3], 0, m);
    assertThat(get(Measure.MAX_PROBABILITY)).isCloseTo(0.5, within(1e-7));
    assertThat(get(Measure.ENTROPY)).isCloseTo(1.5 * Math.log(2), within(1e-7));
    assertThat(get(Measure.MARGIN)).isCloseTo(0.25, within(1e-7));
    // p^2 / sum p^2 = (2/3, 1/6, 1/6)
    double sharpened = -(2 / 3.0 * Math.log(2 / 3.0) + 2 / 6.0 * Math.log(1 / 6.0));
    assertThat(get(Measure.SHARPENED_ENTROPY)).isCloseTo(sharpened, within(1e-7));
    assertThat(get(Measure.LOGIT)).isCloseTo(0, within(1e-7));
    assertThat(get(Measure.LOG_RATIO)).isCloseTo(Math.log(2), within(1e-7));
  }

  @Test
  void firstExitHasNothingToCompareWith() {
    Measures.of(0, new float[] {0.9f, 0.1f}, new float[] {0.2f, 0.8f}, 3, m);
    assertThat(get(Measure.AGREEMENT)).isZero();
    assertThat(get(Measure.EARLIER_PROBABILITY)).isZero();
    assertThat(get(Measure.DIVERGENCE)).isZero();
    assertThat(get(Measure.RUN)).isZero();
    assertThat(get(Measure.EARLIER_MAX_PROBABILITY)).isZero();
  }

  @Test
  void laterExitComparesWithTheOneBefore() {
    Measures.of(2, new float[] {0.75f, 0.25f}, new float[] {0.5f, 0.5f}, 1, m);
    assertThat(get(Measure.AGREEMENT)).isEqualTo(1);
    assertThat(get(Measure.EARLIER_PROBABILITY)).isCloseTo(0.5, within(1e-7));
    assertThat(get(Measure.DIVERGENCE))
        .isCloseTo(0.75 * Math.log(1.5) + 0.25 * Math.log(0.5), within(1e-7));
    assertThat(get(Measure.RUN)).isEqualTo(1);
    assertThat(get(Measure.EARLIER_MAX_PROBABILITY)).isCloseTo(0.5, within(1e-7));
  }

  @Test
  void certaintyIsBounded() {
    Measures.of(1, new float[] {1, 0}, new float[] {0, 1}, 0, m);
    assertThat(get(Measure.LOGIT)).isEqualTo(Measures.LIMIT);
    assertThat(get(Measure.LOG_RATIO)).isEqualTo(Measures.LIMIT);
    assertThat(get(Measure.DIVERGENCE)).isEqualTo(Measures.KL_LIMIT);
    assertThat(get(Measure.ENTROPY)).isZero();
    for (double v : m) {
      assertThat(v).isFinite();
    }
  }
}
