package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class HeadWeightsTest {
  private static double[] weights(double[] probabilities, double... losses) {
    double[] weights = new double[losses.length];
    HeadWeights.of(probabilities, losses, weights);
    return weights;
  }

  @Test
  void weightedSumIsScaledToThePlainOne() {
    // Plain 2 + 1 + .5 = 3.5; weighted .5 + .25 + .125 = .875; so four times P.
    assertThat(weights(new double[] {0.25, 0.25, 0.25}, 2, 1, 0.5))
        .containsExactly(new double[] {1, 1, 1}, within(1e-12));
    // Plain 3.5; weighted .2 + .6 + .15 = .95.
    double scale = 3.5 / 0.95;
    double[] uneven = weights(new double[] {0.1, 0.6, 0.3}, 2, 1, 0.5);
    assertThat(uneven)
        .containsExactly(new double[] {0.1 * scale, 0.6 * scale, 0.3 * scale}, within(1e-12));
    assertThat(2 * uneven[0] + uneven[1] + 0.5 * uneven[2]).isCloseTo(3.5, within(1e-12));
  }

  @Test
  void exampleThatLeavesWhereItIsRightDoesNotFadeAway() {
    assertThat(weights(new double[] {1, 0}, 0.01, 2))
        .containsExactly(new double[] {201, 0}, within(1e-9));
  }

  @Test
  void scaleOfAPerfectFitIsBounded() {
    assertThat(weights(new double[] {1, 0}, 0, 2)).containsExactly(HeadWeights.LARGEST_SCALE, 0);
    assertThat(weights(new double[] {0.5, 0.5}, 0, 0)).containsExactly(0.5, 0.5);
  }
}
