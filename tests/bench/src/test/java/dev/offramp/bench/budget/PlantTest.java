package dev.offramp.bench.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulated machine is what it is said to be. */
class PlantTest {
  private static final int FULL = Machine.CLINC150.fullDepth();

  /** The floor forbids every move, so the machine is seen alone. */
  private static Simulation.Result fixed(double load, double budget) {
    double floor = Machine.CLINC150.points().get(FULL).accuracy();
    return Simulation.run(
        Scenario.steady("fixed", "", FULL, load, 120).floor(floor).budget(budget), 1);
  }

  private static double busy(Simulation.Result result) {
    double sum = 0;
    for (int i = 0; i < result.timeline().size(); i++) {
      sum += result.timeline().get(i).busy;
    }
    return sum / result.timeline().size();
  }

  @Test
  void asManyEventsArriveAsTheRateSays() {
    double expected = 0.5 * Machine.CLINC150.capacityAt(FULL) * 120;
    long events = Summary.of(fixed(0.5, 1)).events();
    assertThat((double) events).isCloseTo(expected, within(4 * Math.sqrt(expected)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.2, 0.5, 0.8})
  void busyShareIsTheLoadHoweverSmallTheBatches(double load) {
    assertThat(busy(fixed(load, 10))).isCloseTo(load, within(0.02));
  }

  @Test
  void whatExceedsTheCapacityWaitsUnread() {
    Simulation.Result result = fixed(1.2, 10);
    double excess = 0.2 * Machine.CLINC150.capacityAt(FULL) * 120;
    assertThat((double) Summary.of(result).unreadAtEnd()).isCloseTo(excess, within(0.15 * excess));
    assertThat(busy(result)).isGreaterThan(0.97);
  }

  @Test
  void deadlinesForceEventsOutInsteadOfMakingThemLate() {
    Summary summary = Summary.of(fixed(1.2, 0.05));
    assertThat(summary.forcedShare()).isBetween(0.15, 0.4);
    assertThat(summary.lateShare()).isLessThan(0.01);
    assertThat(summary.unreadAtEnd()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.0003, 0.119, 0.234, 1})
  void eventsCostWhatThePointCostsOnAverage(double cost) {
    Depths depths = new Depths(cost);
    SplittableRandom random = new SplittableRandom(1);
    double sum = 0;
    for (int i = 0; i < 100_000; i++) {
      double drawn = depths.next(random);
      assertThat(drawn).isBetween(0.0, 1.0);
      sum += drawn;
    }
    assertThat(sum / 100_000).isCloseTo(cost, within(0.02 * cost));
  }
}
