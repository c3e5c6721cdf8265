package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.runtime.Foresight;
import dev.offramp.runtime.Measure;
import dev.offramp.runtime.Measures;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ForesightTrainerTest {
  private static final int M = Measures.COUNT;
  private static final int N = 3000;
  private static final Recipe.Foresight RECIPE = Recipe.standard().foresight();

  private final SplittableRandom random = new SplittableRandom(5);

  /**
   * Three exits. The log-odds u are even in [-3, 3] and tell how sure exit 0 is: it is right where
   * u is above 1. Going on mends only what lies between -1 and 1; what lies below is hopeless.
   */
  private Passes hopelessBelow() {
    Passes passes = new Passes(new double[3][N * M], new boolean[3][N], new float[3][N]);
    for (int i = 0; i < N; i++) {
      double u = 6 * random.nextDouble() - 3;
      for (int exit = 0; exit < 3; exit++) {
        passes.measures()[exit][i * M + Measure.LOGIT.index()] = u;
        passes.measures()[exit][i * M + Measure.MAX_PROBABILITY.index()] = 1 / (1 + Math.exp(-u));
        boolean right = u > (exit == 0 ? 1 : -1);
        passes.correct()[exit][i] = right;
        passes.foreseen()[exit][i] = right ? 1 : 0;
      }
    }
    return passes;
  }

  private static double[] at(Foresight foresight, double u, int outputs) {
    double[] measures = new double[M];
    measures[Measure.LOGIT.index()] = u;
    measures[Measure.MAX_PROBABILITY.index()] = 1 / (1 + Math.exp(-u));
    double[] chances = new double[outputs];
    foresight.of(measures, chances);
    return chances;
  }

  @Test
  void whatGoingOnMendsIsForeseen() {
    var trained = new ForesightTrainer(hopelessBelow(), RECIPE, 1).train((task, done, total) -> {});
    double[] costs = {0, 0.5, 1};
    Foresight first = trained.exits().get(0);
    assertThat(Foresight.advantage(at(first, 0, 3), 0, costs, 0.1)).isGreaterThan(0.5);
    // Sure or hopeless: either way it is best to leave, which no threshold on the log-odds can say.
    assertThat(Foresight.advantage(at(first, 2.5, 3), 0, costs, 0.1)).isNegative();
    assertThat(Foresight.advantage(at(first, -2.5, 3), 0, costs, 0.1)).isNegative();
  }

  @Test
  void chancesOfUnseenExamplesAreThoseThatCameTrue() {
    Passes passes = hopelessBelow();
    var trained = new ForesightTrainer(passes, RECIPE, 1).train((task, done, total) -> {});
    for (int k = 0; k < 3; k++) {
      double foreseen = 0;
      double right = 0;
      for (int i = 0; i < N; i++) {
        foreseen += trained.chances()[0][i * 3 + k] / N;
        right += passes.correct()[k][i] ? 1.0 / N : 0;
      }
      assertThat(foreseen).isCloseTo(right, within(0.02));
    }
  }

  @Test
  void chancesDontComeFromTheExampleItself() {
    // Coin tosses: who has seen them could say more than the mean.
    Passes passes = new Passes(new double[2][N * M], new boolean[2][N], new float[2][N]);
    for (int i = 0; i < N; i++) {
      for (int m = 0; m < M; m++) {
        passes.measures()[0][i * M + m] = random.nextGaussian();
      }
      boolean right = random.nextBoolean();
      passes.correct()[1][i] = right;
      passes.foreseen()[1][i] = right ? 1 : 0;
    }
    var trained = new ForesightTrainer(passes, RECIPE, 1).train((task, done, total) -> {});
    double ofRight = 0;
    double ofWrong = 0;
    int rights = 0;
    for (int i = 0; i < N; i++) {
      double chance = trained.chances()[0][i * 2 + 1];
      rights += passes.correct()[1][i] ? 1 : 0;
      ofRight += passes.correct()[1][i] ? chance : 0;
      ofWrong += passes.correct()[1][i] ? 0 : chance;
    }
    assertThat(ofRight / rights - ofWrong / (N - rights)).isLessThan(0.02);
  }

  @Test
  void meanOfPartsIsTheMeanOfTheirLogOdds() {
    Foresight one = drawn();
    Foresight two = drawn();
    Foresight both = ForesightTrainer.mean(one, two);
    for (double u : new double[] {-2, 0.3, 4}) {
      double[] a = at(one, u, 2);
      double[] b = at(two, u, 2);
      double[] c = at(both, u, 2);
      for (int k = 0; k < 2; k++) {
        double mean = (Measures.logit(a[k]) + Measures.logit(b[k])) / 2;
        assertThat(Measures.logit(c[k])).isCloseTo(mean, within(1e-5));
      }
    }
  }

  private Foresight drawn() {
    return new Foresight(normal(M * 4), normal(4), normal(8), normal(2), normal(2));
  }

  private float[] normal(int n) {
    float[] drawn = new float[n];
    for (int i = 0; i < n; i++) {
      drawn[i] = (float) (0.5 * random.nextGaussian());
    }
    return drawn;
  }

  @Test
  void sameSeedLearnsTheSame() {
    Passes passes = hopelessBelow();
    var one = new ForesightTrainer(passes, RECIPE, 3).train((task, done, total) -> {});
    var two = new ForesightTrainer(passes, RECIPE, 3).train((task, done, total) -> {});
    assertThat(Arrays.deepEquals(one.chances(), two.chances())).isTrue();
    assertThat(one.exits().get(0).w1()).isEqualTo(two.exits().get(0).w1());
  }
}
