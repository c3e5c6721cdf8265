package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.runtime.Scores;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  private static final int CLASSES = 6;

  private final MadeUpFeatures train = made(1200, 2);
  private final MadeUpFeatures heldOut = made(800, 3);
  private final HeadInput input = HeadInput.measured(train);

  private static MadeUpFeatures made(int n, long seed) {
    return new MadeUpFeatures(n, 16, CLASSES, new double[] {2, 4}, 1, seed);
  }

  /** A head after its warm-up, and how many epochs that took. */
  private record Warm(Head head, int epochs) {}

  private Warm warm(int exit, int epochs, Features unseen, int[] labels) {
    Recipe.Joint recipe = new Recipe.Joint(0.1, epochs, 2, 1, 1, 50, 0.05, 0.01, 0.1, 5e-4);
    SplittableRandom random = new SplittableRandom(1);
    try (ExitHead head = new ExitHead(50, 16, CLASSES, random)) {
      WarmUp warmUp = new WarmUp(input, train.labels, input.of(unseen), labels, recipe);
      int gone = warmUp.run(head, exit, random);
      return new Warm(head.head(input.mean(exit), input.deviation(exit)), gone);
    }
  }

  private double accuracy(Head head, int exit, int[] labels) {
    float[][] logits = Heads.logits(java.util.List.of(head, head), heldOut);
    int right = 0;
    for (int i = 0; i < labels.length; i++) {
      float[] own = Arrays.copyOfRange(logits[i], exit * CLASSES, (exit + 1) * CLASSES);
      right += Scores.argmax(own) == labels[i] ? 1 : 0;
    }
    return right / (double) labels.length;
  }

  @Test
  void earlyExitsWeighMoreAndTheLastAsMuchAsTheFirst() {
    double[] weights = IntStream.range(0, 4).mapToDouble(l -> WarmUp.weight(l, 4)).toArray();
    // 4, 3, 2 and 1 over their mean; then the last as the first.
    assertThat(weights).containsExactly(1.6, 1.2, 0.8, 1.6);
    assertThat(WarmUp.weight(0, 1)).isEqualTo(1);
  }

  @Test
  void headsGetWarm() {
    for (int exit = 0; exit < 2; exit++) {
      Warm warm = warm(exit, 30, heldOut, heldOut.labels);
      assertThat(accuracy(warm.head(), exit, heldOut.labels)).isGreaterThan(exit == 0 ? 0.55 : 0.9);
      assertThat(warm.epochs()).isBetween(3, 29);
    }
  }

  @Test
  void twoEpochsWithoutARiseEndItAndTheBestIsKept() {
    // Where nothing is held out, accuracy never rises after the first epoch.
    Features none = heldOut.part(0, 0);
    Warm warm = warm(0, 30, none, new int[0]);
    assertThat(warm.epochs()).isEqualTo(3);
    assertThat(warm.head().w2()).isEqualTo(warm(0, 1, none, new int[0]).head().w2());
    assertThat(warm(0, 2, none, new int[0]).epochs()).isEqualTo(2);
  }
}
