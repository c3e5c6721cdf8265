package dev.offramp.fit.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class OperatorTest {
  /** A quarter of the events go on from a stage of 100 microseconds to one of 400. */
  private final Network two =
      MadeUpNetwork.of(
          List.of(MadeUpNetwork.single(0, 100), MadeUpNetwork.single(1, 400)), List.of(.75, .25));

  @Test
  void stagesCostByTheEventsThatGetThere() {
    Operator operator = new Operator(two, 0, 2, 50);

    // 50 + 100 + .25 x 400 = 250 microseconds an event.
    assertThat(operator.busy(1000, 0)).isCloseTo(.25, within(1e-9));
    assertThat(operator.rate(.6, 0)).isCloseTo(2400, within(1e-6));
  }

  @Test
  void rowsAreWhatComesInTheWaitUpToTheUsefulOnes() {
    // 100 + 10 a row: 13.125 a row at 32, and at most a twentieth more from 27 on.
    Network one = MadeUpNetwork.of(List.of(MadeUpNetwork.line(0, 100, 10)), List.of(1.0));
    Operator operator = new Operator(one, 0, 1, 0);

    assertThat(operator.usefulRows(0)).isEqualTo(27);
    assertThat(operator.rows(0, 1000, 0)).isEqualTo(1);
    assertThat(operator.rows(0, 1000, 4000)).isCloseTo(5, within(1e-9));
    assertThat(operator.rows(0, 1000, 1e6)).isEqualTo(27);
    // 5 rows take 150 microseconds: 30 an event.
    assertThat(operator.busy(1000, 4000)).isCloseTo(.03, within(1e-9));
  }

  @Test
  void waitForTheRunnerIsThatOfAQueueWithRandomArrivals() {
    Network one = MadeUpNetwork.of(List.of(MadeUpNetwork.single(0, 500)), List.of(1.0));

    Waits waits = new Operator(one, 0, 1, 0).waits(1000, 0);

    // Busy .5: 1000 x .0005^2 / (2 x .5) seconds; variance is mean^2 x (2 / .5 - 1).
    assertThat(waits.mean()).isCloseTo(250, within(1e-6));
    assertThat(waits.variance()).isCloseTo(250 * 250 * 3, within(1e-3));
    assertThat(new Operator(one, 0, 1, 0).waits(2000, 0)).isEqualTo(Waits.ENDLESS);
    assertThat(new Operator(one, 0, 1, 0).waits(0, 0)).isEqualTo(Waits.NONE);
  }

  @Test
  void crossingToAnotherOperatorCostsBothSides() {
    // A quarter of the events are written by the first and read by the second.
    assertThat(new Operator(two, 0, 1, 50).busy(1000, 0)).isCloseTo(.150 + .010, within(1e-9));
    assertThat(new Operator(two, 1, 2, 50).busy(1000, 0)).isCloseTo(.100 + .010, within(1e-9));
  }
}
