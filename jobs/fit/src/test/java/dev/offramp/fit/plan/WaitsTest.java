package dev.offramp.fit.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class WaitsTest {
  @Test
  void tailsOfTheNormalDistributionAreThoseOfTheTables() {
    assertThat(Waits.normalAbove(0)).isCloseTo(0.5, within(1e-7));
    assertThat(Waits.normalAbove(1.96)).isCloseTo(0.0249979, within(1e-7));
    assertThat(Waits.normalAbove(-1)).isCloseTo(0.8413447, within(1e-7));
    assertThat(Waits.normalAbove(3)).isCloseTo(0.0013499, within(1e-7));
  }

  @Test
  void sumsOfExponentialWaitsHaveTheirTails() {
    Waits one = new Waits(100, 100 * 100);
    Waits four = one.plus(one).plus(one).plus(one);

    // 1 % of one lie above ln(100) means, and of the sum of four above 10.045.
    assertThat(one.longerThan(460.5)).isCloseTo(0.01, within(0.001));
    assertThat(four.longerThan(1004.5)).isCloseTo(0.01, within(0.0005));
    assertThat(four.longerThan(367.2)).isCloseTo(0.5, within(0.005));
  }

  @Test
  void noWaitIsNeverLongerAndAnEndlessOneAlways() {
    assertThat(Waits.NONE.longerThan(0)).isZero();
    assertThat(Waits.NONE.longerThan(-1)).isEqualTo(1);
    assertThat(Waits.ENDLESS.longerThan(1e12)).isEqualTo(1);
    assertThat(Waits.ENDLESS.plus(Waits.NONE).longerThan(1e12)).isEqualTo(1);
  }
}
