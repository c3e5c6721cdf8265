package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ForesightTest {
  private static final double[] COSTS = {0.1, 0.3, 1};

  @Test
  void chancesAreThePerceptrons() {
    // Two units: max p - 0.5, and 1 - margin, which is cut off at 0.
    float[] w1 = new float[Measures.COUNT * 2];
    w1[Measure.MAX_PROBABILITY.index() * 2] = 1;
    w1[Measure.MARGIN.index() * 2 + 1] = -1;
    Foresight foresight =
        new Foresight(
            w1,
            new float[] {-0.5f, 1},
            new float[] {2, 0, 3, -1},
            new float[] {0.5f, 0},
            new float[] {0, 0.25f});
    double[] measures = new double[Measures.COUNT];
    measures[Measure.MAX_PROBABILITY.index()] = 0.75;
    measures[Measure.MARGIN.index()] = 2;
    measures[Measure.LOGIT.index()] = 4;
    double[] chances = new double[2];
    foresight.of(measures, chances);
    assertThat(chances[0]).isCloseTo(1 / (1 + Math.exp(-(0.5 + 0.25 * 2))), within(1e-6));
    assertThat(chances[1]).isCloseTo(1 / (1 + Math.exp(-(0.25 * 4))), within(1e-6));
    measures[Measure.MARGIN.index()] = 0.5;
    foresight.of(measures, chances);
    assertThat(chances[1]).isCloseTo(1 / (1 + Math.exp(-(1 - 0.5))), within(1e-6));
  }

  @Property
  void dearerCostNeverMakesGoingOnMoreWorthwhile(
      @ForAll @Size(3) List<@DoubleRange(min = 0, max = 1) Double> chances,
      @ForAll @DoubleRange(min = 0, max = 2) double lambda,
      @ForAll @DoubleRange(min = 0, max = 2) double more) {
    double[] s = chances.stream().mapToDouble(Double::doubleValue).toArray();
    assertThat(Foresight.advantage(s, 0, COSTS, lambda + more))
        .isLessThanOrEqualTo(Foresight.advantage(s, 0, COSTS, lambda));
  }

  @Test
  void advantageIsThatOfTheBestDeeperExit() {
    double[] chances = {0.6, 0.7, 0.9};
    assertThat(Foresight.advantage(chances, 0, COSTS, 0)).isCloseTo(0.3, within(1e-12));
    assertThat(Foresight.advantage(chances, 0, COSTS, 0.3)).isCloseTo(0.04, within(1e-12));
    assertThat(Foresight.advantage(chances, 0, COSTS, 1)).isCloseTo(-0.1, within(1e-12));
    assertThat(Foresight.advantage(new double[] {0.7, 0.9}, 1, COSTS, 0.5))
        .isCloseTo(0.2 - 0.35, within(1e-12));
  }
}
