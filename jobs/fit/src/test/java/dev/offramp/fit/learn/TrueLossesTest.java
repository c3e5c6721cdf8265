package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrueLossesTest {
  @Test
  void lossesAreThoseOfTheStackedProbabilities() {
    List<float[]> stacking = List.of(new float[] {1}, new float[] {0.5f, 1});
    var manifest =
        Draft.manifest(
            2, new double[] {0, 1}, stacking, List.of(0.9), List.of(), Learner.FULL_DEPTH);
    double[][] losses =
        TrueLosses.of(manifest, new float[][] {{2, 0, -1, 0}, {0, 100, 0, 1}}, new int[] {0, 0});
    assertThat(losses[0][0]).isCloseTo(Math.log(1 + Math.exp(-2)), within(1e-6));
    // Scores 0 and 0.
    assertThat(losses[0][1]).isCloseTo(Math.log(2), within(1e-6));
    // A probability that a float holds as next to nothing.
    assertThat(losses[1][0]).isCloseTo(-Math.log(TrueLosses.LEAST), within(1e-9));
    assertThat(losses[1][1]).isCloseTo(51, within(1e-3));
  }
}
