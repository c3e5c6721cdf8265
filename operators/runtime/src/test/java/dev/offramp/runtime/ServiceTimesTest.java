package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ServiceTimesTest {
  private final ServiceTimes times = new ServiceTimes(new double[] {0, 0.1, 0.2, 0.4, 1});

  /** Events for a second, each of so many milliseconds. */
  private void observe(int point, double millis, double time) {
    times.observe(point, 1000, millis, time);
  }

  @Test
  void untilMeasuredThePointsDifferByTheirCosts() {
    assertThat(times.ratio(3, 4, 0)).isCloseTo(1.01 / 0.41, within(1e-9));
  }

  @Test
  void measuredRatioIsThatOfTheTimesAroundTheMove() {
    observe(4, 3, 0);
    observe(1, 2, 0);
    assertThat(times.ratio(1, 4, 0)).isCloseTo(1.5, within(1e-9));
  }

  @Test
  void pointNeverVisitedLiesOnTheLineBetweenItsNeighbours() {
    observe(3, 5, 0);
    observe(1, 2, 0);
    assertThat(times.ratio(1, 2, 0)).isCloseTo(1.5, within(1e-9));
  }

  @Test
  void machineThatGetsSlowerKeepsItsRatios() {
    observe(4, 3, 0);
    observe(3, 2, 0);
    for (int i = 0; i < 100; i++) {
      observe(3, 8, 0);
    }
    assertThat(times.ratio(3, 4, 0)).isCloseTo(1.5, within(1e-6));
  }

  @Test
  void secondVisitMeasuresAgain() {
    observe(4, 9, 0);
    observe(3, 4, 0);
    observe(4, 6, 0);
    observe(3, 4, 0);
    assertThat(times.ratio(3, 4, 0)).isCloseTo(1.5, within(1e-9));
  }

  @Test
  void ratioIsNoLargerThanThatOfCostsAndNeverBelowOne() {
    observe(4, 100, 0);
    observe(3, 1, 0);
    assertThat(times.ratio(3, 4, 0)).isCloseTo(1.001 / 0.401, within(1e-9));
    observe(2, 50, 0);
    assertThat(times.ratio(2, 3, 0)).isEqualTo(1);
  }

  @Test
  void ratioFadesWithTime() {
    observe(4, 3, 0);
    observe(3, 2, 0);
    assertThat(times.ratio(3, 4, 1800)).isCloseTo(1 + 0.5 / Math.E, within(1e-9));
  }

  @Test
  void nothingComputedTeachesNothing() {
    observe(4, 3, 0);
    observe(3, 2, 0);
    times.observe(3, 0, 1, 0);
    assertThat(times.ratio(3, 4, 0)).isCloseTo(1.5, within(1e-9));
  }
}
