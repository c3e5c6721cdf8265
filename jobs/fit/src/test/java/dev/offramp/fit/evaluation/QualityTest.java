package dev.offramp.fit.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class QualityTest {
  @Test
  void calibrationErrorOfACaseCountedByHand() {
    // Thirty examples, two a bin: in each bin one is right, at confidences bin/20 + .3 and .02
    // above.
    double[] confidence = new double[30];
    boolean[] correct = new boolean[30];
    double expected = 0;
    for (int bin = 0; bin < 15; bin++) {
      // Written from the last bin to the first: the order must not matter.
      int at = 2 * (14 - bin);
      confidence[at] = 0.3 + bin / 20.0;
      confidence[at + 1] = confidence[at] + 0.02;
      correct[at] = true;
      expected += Math.abs(0.5 - (confidence[at] + 0.01)) * 2 / 30;
    }
    assertThat(Quality.calibrationError(confidence, correct)).isCloseTo(expected, within(1e-12));
    assertThat(expected).isCloseTo(3.32 / 15, within(1e-9));
  }

  @Test
  void gapsOfOppositeSignInOneBinCancelAndInTwoDoNot() {
    double[] sure = new double[30];
    Arrays.fill(sure, 0.5);
    boolean[] alternating = new boolean[30];
    boolean[] halves = new boolean[30];
    for (int i = 0; i < 30; i++) {
      alternating[i] = i % 2 == 0;
      halves[i] = i < 15;
    }
    assertThat(Quality.calibrationError(sure, alternating)).isCloseTo(0, within(1e-12));
    // Bins of two: seven all right, one split, seven all wrong.
    assertThat(Quality.calibrationError(sure, halves)).isCloseTo(14 * 0.5 / 15, within(1e-12));
  }

  @Test
  void fewerExamplesThanBinsAreOneABin() {
    assertThat(Quality.calibrationError(new double[] {0.9, 0.6}, new boolean[] {true, false}))
        .isCloseTo((0.1 + 0.6) / 2, within(1e-12));
  }

  @Test
  void binsOfACaseCountedByHand() {
    double[] confidence = {0.9, 0.2, 0.6, 0.4, 0.8};
    boolean[] correct = {true, false, true, true, false};
    int[] all = {0, 1, 2, 3, 4};
    assertThat(Bin.of(confidence, correct, all, 2))
        .containsExactly(
            new Bin(2, (0.2 + 0.4) / 2, 0.5), new Bin(3, (0.6 + 0.8 + 0.9) / 3, 2.0 / 3));
    assertThat(Bin.of(confidence, correct, new int[] {0, 4}, 3))
        .containsExactly(new Bin(1, 0.8, 0), new Bin(1, 0.9, 1));
  }

  @Test
  void anExitHasFifteenBinsOrFewerOfTenExamplesEach() {
    assertThat(UncertaintyFigures.bins(4500)).isEqualTo(15);
    assertThat(UncertaintyFigures.bins(150)).isEqualTo(15);
    assertThat(UncertaintyFigures.bins(149)).isEqualTo(14);
    assertThat(UncertaintyFigures.bins(19)).isEqualTo(1);
    assertThat(UncertaintyFigures.bins(1)).isEqualTo(1);
  }

  @Test
  void intervalOfAShareIsWilsons() {
    // 18 of 20: (.9 + 3.8415/40 -+ 1.96 sqrt(.09/20 + 3.8415/1600)) / (1 + 3.8415/20).
    Interval most = Interval.of(18, 20);
    assertThat(most.low()).isCloseTo(0.6990, within(1e-4));
    assertThat(most.high()).isCloseTo(0.9721, within(1e-4));
    Interval all = Interval.of(10, 10);
    assertThat(all.low()).isCloseTo(0.7225, within(1e-4));
    assertThat(all.high()).isCloseTo(1, within(1e-12));
  }

  @Test
  void areaCountsTiesHalf() {
    assertThat(Quality.auroc(new double[] {1, 2, 3}, new double[] {3, 4}))
        .isCloseTo((2.5 + 3) / 6, within(1e-12));
    assertThat(Quality.auroc(new double[] {1, 1}, new double[] {1})).isEqualTo(0.5);
    assertThat(Quality.auroc(new double[] {5}, new double[] {1, 2})).isEqualTo(0);
  }

  @Test
  void areaIsTheShareOfPairsInOrder() {
    SplittableRandom random = new SplittableRandom(9);
    double[] negatives = random.ints(40, 0, 10).asDoubleStream().toArray();
    double[] positives = random.ints(30, 3, 13).asDoubleStream().toArray();
    double wins = 0;
    for (double n : negatives) {
      for (double p : positives) {
        wins += p > n ? 1 : p == n ? 0.5 : 0;
      }
    }
    assertThat(Quality.auroc(negatives, positives)).isCloseTo(wins / 1200, within(1e-12));
  }
}
