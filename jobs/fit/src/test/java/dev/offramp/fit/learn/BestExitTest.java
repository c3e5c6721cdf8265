package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BestExitTest {
  private static final double[] COSTS = {0.1, 0.5, 1};

  @Test
  void bestExitTradesLossForCost() {
    double[] losses = {0.9, 0.4, 0.2};
    assertThat(BestExit.of(losses, COSTS, 0)).isEqualTo(2);
    // .9 + .05, .4 + .25, .2 + .5
    assertThat(BestExit.of(losses, COSTS, 0.5)).isEqualTo(1);
    // .9 + .2, .4 + 1, .2 + 2
    assertThat(BestExit.of(losses, COSTS, 2)).isZero();
  }

  @Test
  void firstOfEqualsIsBest() {
    assertThat(BestExit.of(new double[] {0.3, 0.3, 0.3}, COSTS, 0)).isZero();
  }

  @Test
  void gatesAreTaughtToOpenAtTheBestExitAndAfter() {
    assertThat(IntStream.range(0, 4).map(l -> BestExit.target(l, 2))).containsExactly(0, 0, 1, 1);
    assertThat(IntStream.range(0, 4).map(l -> BestExit.target(l, 0))).containsExactly(1, 1, 1, 1);
  }

  @Test
  void onesWeighTheRatioOfZerosToOnes() {
    // Gate 0: 1 one of 8. Gate 1: 3 ones. Gate 2: 6 ones, and 2 that wait for the last exit.
    int[] best = {0, 1, 1, 2, 2, 2, 3, 3};
    assertThat(BestExit.positiveWeights(best, 3))
        .containsExactly(new double[] {5, 5 / 3.0, 2 / 6.0}, within(1e-12));
  }

  @Test
  void gateWithoutZerosOrWithoutOnesHasAWeight() {
    assertThat(BestExit.positiveWeights(new int[] {0, 0}, 1)).containsExactly(1);
    assertThat(BestExit.positiveWeights(new int[] {1, 1}, 1)).containsExactly(BestExit.HEAVIEST);
  }
}
