package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConformalTest {
  private static final List<Double> LEVELS = List.of(0.80, 0.90, 0.95, 0.99);

  @ParameterizedTest
  @CsvSource({"0.80,4", "0.90,9", "0.95,19", "0.99,99"})
  void tooFewScoresForTheLevelGiveNoThreshold(double level, int least) {
    double[] scores = new SplittableRandom(1).doubles(least).toArray();
    double largest = Arrays.stream(scores).max().orElseThrow();
    assertThat(Conformal.thresholds(scores, List.of(level))).containsExactly(largest);
    double[] fewer = Arrays.copyOf(scores, least - 1);
    assertThat(Conformal.thresholds(fewer, List.of(level))).containsExactly((Double) null);
  }

  @Test
  void noScoresGiveNoThresholds() {
    assertThat(Conformal.thresholds(new double[0], LEVELS)).containsOnlyNulls().hasSize(4);
  }

  @Property(tries = 200)
  void orderOfScoresDoesNotMatter(
      @ForAll @Size(min = 1, max = 150) List<@DoubleRange(min = 0, max = 1) Double> scores,
      @ForAll long seed) {
    double[] some = scores.stream().mapToDouble(Double::doubleValue).toArray();
    double[] shuffled = some.clone();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = shuffled.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      double t = shuffled[i];
      shuffled[i] = shuffled[j];
      shuffled[j] = t;
    }
    assertThat(Conformal.thresholds(shuffled, LEVELS))
        .isEqualTo(Conformal.thresholds(some, LEVELS));
  }

  @Property(tries = 200)
  void setOfAHigherLevelHoldsThatOfALower(
      @ForAll @Size(max = 150) List<@DoubleRange(min = 0, max = 1) Double> scores) {
    List<Double> thresholds =
        Conformal.thresholds(scores.stream().mapToDouble(Double::doubleValue).toArray(), LEVELS);
    double before = -1;
    for (Double t : thresholds) {
      // No threshold is the set of all labels.
      double size = t == null ? Double.POSITIVE_INFINITY : t;
      assertThat(size).isGreaterThanOrEqualTo(before);
      before = size;
    }
  }

  @Property(tries = 20)
  void newScoresAreCoveredAsOftenAsTheLevelSays(
      @ForAll @IntRange(min = 20, max = 300) int n, @ForAll long seed) {
    int resamplings = 1000;
    SplittableRandom random = new SplittableRandom(seed);
    int[] covered = new int[LEVELS.size()];
    for (int r = 0; r < resamplings; r++) {
      // Heavy ties at 0, as sure heads give.
      double[] scores = random.doubles(n + 1).map(u -> Math.max(0, u * u - 0.1)).toArray();
      List<Double> thresholds = Conformal.thresholds(Arrays.copyOf(scores, n), LEVELS);
      for (int k = 0; k < covered.length; k++) {
        Double t = thresholds.get(k);
        covered[k] += t == null || scores[n] <= t ? 1 : 0;
      }
    }
    for (int k = 0; k < covered.length; k++) {
      double level = LEVELS.get(k);
      // Three standard errors below the level fail once in 700: with 80 draws that would be too
      // often.
      double error = Math.sqrt(level * (1 - level) / resamplings);
      assertThat(covered[k] / (double) resamplings).isGreaterThan(level - 4.5 * error);
    }
  }

  @ParameterizedTest
  @CsvSource({"0.80,99", "0.90,99", "0.95,79", "0.99,199"})
  void coverageIsTheLevelToThreeStandardErrors(double level, int n) {
    int resamplings = 1000;
    SplittableRandom random = new SplittableRandom(42);
    int covered = 0;
    for (int r = 0; r < resamplings; r++) {
      double[] scores = random.doubles(n + 1).toArray();
      Double t = Conformal.thresholds(Arrays.copyOf(scores, n), List.of(level)).get(0);
      covered += scores[n] <= t ? 1 : 0;
    }
    // (n + 1) x level is whole, so without ties coverage is the level itself.
    double error = Math.sqrt(level * (1 - level) / resamplings);
    assertThat(covered / (double) resamplings).isBetween(level - 3 * error, level + 3 * error);
  }
}
