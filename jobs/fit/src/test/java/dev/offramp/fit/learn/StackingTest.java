package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.fit.work.Progress;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StackingTest {
  private static final int CLASSES = 4;
  private static final Recipe.Stacking STANDARD = Recipe.standard().stacking();

  /** Exits whose scores are the truth plus noise of their own, of sizes that differ. */
  private static float[][] logits(int[] labels, double[] signal, SplittableRandom random) {
    float[][] logits = new float[labels.length][signal.length * CLASSES];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = random.nextInt(CLASSES);
      for (int k = 0; k < logits[i].length; k++) {
        boolean truth = k % CLASSES == labels[i];
        logits[i][k] = (float) (2 * random.nextGaussian() + (truth ? signal[k / CLASSES] : 0));
      }
    }
    return logits;
  }

  @Property(tries = 25)
  void neverWorseThanTheExitsOwnTemperature(
      @ForAll @IntRange(min = Temperature.FEW, max = 400) int n, @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] labels = new int[n];
    float[][] logits =
        logits(labels, new double[] {3 * random.nextDouble(), random.nextDouble(), 2}, random);
    Stacking stacking = new Stacking(3, CLASSES, new Recipe.Stacking(0.02, 60, 32), seed);
    for (int exit = 0; exit < 3; exit++) {
      double[] a = stacking.weights(exit, logits, labels);
      float[][] own = new float[n][];
      for (int i = 0; i < n; i++) {
        own[i] = Arrays.copyOfRange(logits[i], exit * CLASSES, (exit + 1) * CLASSES);
      }
      double alone = Temperature.loss(own, labels, Temperature.best(own, labels));
      assertThat(stacking.loss(logits, labels, a)).isLessThanOrEqualTo(alone + 1e-6);
      assertThat(Arrays.stream(a).min().orElseThrow()).isNotNegative();
    }
  }

  /** The best temperature of three examples that are right is the lowest there is. */
  @Test
  void logitsOfFewExamplesStayAsTheyAre() {
    int[] labels = new int[3];
    float[][] logits = logits(labels, new double[] {9, 9}, new SplittableRandom(1));
    Stacking stacking = new Stacking(2, CLASSES, STANDARD, 1);

    List<float[]> learned = stacking.learn(logits, labels, logits, labels, Progress.NONE);

    assertThat(learned.get(0)).containsExactly(1);
    assertThat(learned.get(1)).containsExactly(0, 1);
  }

  @Test
  void listensToAnEarlierExitThatKnowsMore() {
    int[] labels = new int[3000];
    float[][] logits = logits(labels, new double[] {4, 1}, new SplittableRandom(1));
    Stacking stacking = new Stacking(2, CLASSES, STANDARD, 1);
    double[] a = stacking.weights(1, logits, labels);
    double[] own = stacking.weights(1, logits, labels);
    own[1] += own[0];
    own[0] = 0;
    // Independent normal noise of one size: the best weights are as the signals, 4 to 1.
    assertThat(a[0] / a[1]).isBetween(2.5, 6.5);
    assertThat(stacking.loss(logits, labels, a))
        .isLessThan(stacking.loss(logits, labels, own) - 0.2);
  }

  @Test
  void gradientIsThatOfFiniteDifferences() {
    int[] labels = new int[1];
    float[][] logits = logits(labels, new double[] {1, 2, 3}, new SplittableRandom(2));
    Stacking stacking = new Stacking(3, CLASSES, STANDARD, 1);
    double[] a = {0.5, 0.25, 1};
    double[] gradient = new double[3];
    stacking.gradient(logits[0], labels[0], a, gradient);
    for (int j = 0; j < 3; j++) {
      double[] up = a.clone();
      double[] down = a.clone();
      up[j] += 1.0 / 256;
      down[j] -= 1.0 / 256;
      double slope =
          (stacking.loss(logits, labels, up) - stacking.loss(logits, labels, down)) * 128;
      assertThat(gradient[j]).isCloseTo(slope, within(1e-3));
    }
  }

  @Test
  void temperatureComesFromValidation() {
    int[] labels = new int[2000];
    float[][] logits = logits(labels, new double[] {2, 3}, new SplittableRandom(3));
    float[][] surer = new float[logits.length][];
    for (int i = 0; i < surer.length; i++) {
      surer[i] = logits[i].clone();
      for (int k = 0; k < surer[i].length; k++) {
        surer[i][k] *= 3;
      }
    }
    Stacking stacking = new Stacking(2, CLASSES, STANDARD, 1);
    List<float[]> same = stacking.learn(logits, labels, logits, labels, (t, d, n) -> {});
    List<float[]> other = stacking.learn(logits, labels, surer, labels, (t, d, n) -> {});
    assertThat(same.get(1)).hasSize(2);
    assertThat(other.get(1)[1] * 3).isCloseTo(same.get(1)[1], within(0.01f));
    assertThat(other.get(0)[0] * 3).isCloseTo(same.get(0)[0], within(0.01f));
  }
}
