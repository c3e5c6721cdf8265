package dev.offramp.fit.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class StageCostTest {
  private static StageCost curve(Map<Integer, Double> points) {
    return new StageCost(0, new TreeMap<>(points));
  }

  @Test
  void timeLiesOnALineBetweenPoints() {
    StageCost cost = curve(Map.of(10, 100.0, 20, 120.0, 40, 200.0));

    assertThat(cost.micros(10)).isEqualTo(100);
    assertThat(cost.micros(15)).isCloseTo(110, within(1e-9));
    assertThat(cost.micros(20)).isEqualTo(120);
    assertThat(cost.micros(35)).isCloseTo(180, within(1e-9));
  }

  @Test
  void smallBatchesTakeAsLongAsTheFirstPointAndLargeOnesGrowWithTheirTokens() {
    StageCost cost = curve(Map.of(10, 100.0, 20, 120.0));

    assertThat(cost.micros(1)).isEqualTo(100);
    assertThat(cost.micros(60)).isCloseTo(360, within(1e-9));
  }

  @Test
  void disturbedTimesAreSmoothed() {
    StageCost cost = curve(Map.of(10, 100.0, 20, 90.0, 40, 900.0));

    assertThat(cost.microsByTokens())
        .isEqualTo(new TreeMap<>(Map.of(10, 100.0, 20, 100.0, 40, 200.0)));
  }

  @Test
  void pointsThatCantBeAreRefused() {
    assertThatThrownBy(() -> curve(Map.of()))
        .hasMessage("stage 0 needs the time of one size of batch at least");
    assertThatThrownBy(() -> curve(Map.of(0, 5.0))).hasMessageContaining("0 tokens, 5.0 micros");
    assertThatThrownBy(() -> curve(Map.of(3, Double.NaN))).hasMessageContaining("NaN");
    assertThatThrownBy(() -> new StageCost(-1, new TreeMap<>(Map.of(1, 1.0))))
        .hasMessageContaining("numbered from 0: -1");
  }

  @Property(tries = 300)
  void largerBatchesTakeLongerButNotPerToken(
      @ForAll @Size(min = 1, max = 6)
          Map<@IntRange(min = 1, max = 500) Integer, @DoubleRange(min = 1, max = 1e5) Double>
              points,
      @ForAll @DoubleRange(min = 1, max = 1000) double tokens,
      @ForAll @DoubleRange(min = 1, max = 10) double factor) {
    StageCost cost = curve(points);
    double small = cost.micros(tokens);
    double large = cost.micros(tokens * factor);

    assertThat(large).isBetween(small * (1 - 1e-9), small * factor * (1 + 1e-9));
  }
}
