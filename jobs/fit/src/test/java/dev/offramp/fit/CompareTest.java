package dev.offramp.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.fit.learn.Comparison.Judged;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompareTest {
  private static final Judged CHEAP = new Judged(0.2, new boolean[] {true, false, false});
  private static final Judged DEAR = new Judged(0.6, new boolean[] {true, true, false});
  private static final List<Judged> FRONT = List.of(CHEAP, DEAR);

  @Test
  void betweenTwoPointsSomeEventsAreServedByEach() {
    double[] right = Compare.at(FRONT, 0.3);
    assertThat(right[0]).isCloseTo(1, within(1e-12));
    assertThat(right[1]).isCloseTo(0.25, within(1e-12));
    assertThat(right[2]).isZero();
  }

  @Test
  void aPointIsItself() {
    assertThat(Compare.at(FRONT, 0.2)).containsExactly(1, 0, 0);
    assertThat(Compare.at(FRONT, 0.6)).containsExactly(1, 1, 0);
  }

  @Test
  void pastTheLastPointNothingIsGained() {
    assertThat(Compare.at(FRONT, 0.9)).containsExactly(1, 1, 0);
  }

  @Test
  void belowTheCheapestPointNothingCanBeHad() {
    assertThat(Compare.at(FRONT, 0.19)).isNull();
  }
}
