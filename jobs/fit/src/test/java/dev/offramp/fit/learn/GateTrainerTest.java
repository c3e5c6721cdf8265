package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.runtime.Gate;
import dev.offramp.runtime.Measure;
import dev.offramp.runtime.Measures;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GateTrainerTest {
  private static final int N = 4000;
  private static final Recipe.Gates STANDARD = Recipe.standard().gates();

  private final SplittableRandom random = new SplittableRandom(4);

  /** Passes of three exits, the last always right; the others know nothing yet. */
  private static Passes blank() {
    Passes passes =
        new Passes(new double[3][N * Measures.COUNT], new boolean[3][N], new float[3][N]);
    for (int i = 0; i < N; i++) {
      passes.correct()[2][i] = true;
      passes.foreseen()[2][i] = 1;
    }
    return passes;
  }

  private static void set(Passes passes, int exit, int i, Measure measure, double value) {
    passes.measures()[exit][i * Measures.COUNT + measure.index()] = value;
  }

  private static void right(Passes passes, int exit, int i, boolean right) {
    passes.correct()[exit][i] = right;
    passes.foreseen()[exit][i] = right ? 1 : 0;
  }

  private static boolean leaves(Gate gate, Passes passes, int exit, int i) {
    double[] measures = new double[Measures.COUNT];
    System.arraycopy(passes.measures()[exit], i * Measures.COUNT, measures, 0, Measures.COUNT);
    return gate.probability(measures, null) >= 0.5;
  }

  /** Right exactly where the log-odds pass 1.5 at exit 0 and -1 at exit 1. */
  private Passes thresholds() {
    Passes passes = blank();
    for (int i = 0; i < N; i++) {
      for (int exit = 0; exit < 2; exit++) {
        double logit = 3 * random.nextGaussian();
        set(passes, exit, i, Measure.LOGIT, logit);
        set(passes, exit, i, Measure.MAX_PROBABILITY, 1 / (1 + Math.exp(-logit)));
        right(passes, exit, i, logit > (exit == 0 ? 1.5 : -1));
      }
    }
    return passes;
  }

  @Test
  void thresholdsOfEachExitAreFound() {
    Passes passes = thresholds();
    List<Gate.Linear> gates =
        new GateTrainer(passes, new double[] {0.1, 0.4, 1}, STANDARD, 1).learn(0.3);
    for (int exit = 0; exit < 2; exit++) {
      int agreed = 0;
      for (int i = 0; i < N; i++) {
        agreed += leaves(gates.get(exit), passes, exit, i) == passes.correct()[exit][i] ? 1 : 0;
      }
      assertThat(agreed / (double) N).as("exit %d", exit).isGreaterThan(0.93);
    }
  }

  @Test
  void knowledgeBeyondTheThresholdIsLearned() {
    // Log-odds say nothing here; whether the exit before agrees says all.
    Passes passes = blank();
    for (int i = 0; i < N; i++) {
      set(passes, 0, i, Measure.LOGIT, -3 + random.nextGaussian());
      set(passes, 1, i, Measure.LOGIT, random.nextGaussian());
      boolean agree = random.nextInt(2) == 0;
      set(passes, 1, i, Measure.AGREEMENT, agree ? 1 : 0);
      right(passes, 0, i, false);
      right(passes, 1, i, agree);
    }
    Gate gate = new GateTrainer(passes, new double[] {0, 0.5, 1}, STANDARD, 1).learn(0.4).get(1);
    int agreed = 0;
    for (int i = 0; i < N; i++) {
      agreed += leaves(gate, passes, 1, i) == passes.correct()[1][i] ? 1 : 0;
    }
    assertThat(agreed / (double) N).isGreaterThan(0.9);
  }

  @Test
  void earlierGateReckonsWithWhatLaterGatesDo() {
    // Exit 0 is right half the time and can't tell. If exit 1 is always right and nearly free,
    // going
    // on is worth it; if only the dear last exit is right, it is not.
    for (boolean laterIsRight : new boolean[] {true, false}) {
      Passes passes = blank();
      for (int i = 0; i < N; i++) {
        set(passes, 0, i, Measure.LOGIT, random.nextGaussian());
        set(passes, 1, i, Measure.LOGIT, laterIsRight ? 8 : -8);
        right(passes, 0, i, random.nextInt(2) == 0);
        right(passes, 1, i, laterIsRight);
      }
      Gate gate = new GateTrainer(passes, new double[] {0, 0.1, 1}, STANDARD, 1).learn(0.8).get(0);
      int left = 0;
      for (int i = 0; i < N; i++) {
        left += leaves(gate, passes, 0, i) ? 1 : 0;
      }
      if (laterIsRight) {
        assertThat(left / (double) N).isLessThan(0.1);
      } else {
        assertThat(left / (double) N).isGreaterThan(0.9);
      }
    }
  }

  @Test
  void dearerCostMeansLessOfIt() {
    // Log-odds that only make a right answer likelier.
    Passes passes = blank();
    for (int i = 0; i < N; i++) {
      for (int exit = 0; exit < 2; exit++) {
        double logit = 2 * random.nextGaussian() + exit;
        set(passes, exit, i, Measure.LOGIT, logit);
        right(passes, exit, i, random.nextDouble() < 1 / (1 + Math.exp(-logit)));
      }
    }
    double[] costs = {0.1, 0.4, 1};
    GateTrainer trainer = new GateTrainer(passes, costs, STANDARD, 1);
    double before = Double.POSITIVE_INFINITY;
    double first = 0;
    double last = 0;
    for (double lambda : new double[] {0.005, 0.05, 0.2, 0.5, 1, 2}) {
      List<Gate.Linear> gates = trainer.learn(lambda);
      double cost = 0;
      for (int i = 0; i < N; i++) {
        int exit = 0;
        while (exit < 2 && !leaves(gates.get(exit), passes, exit, i)) {
          exit++;
        }
        cost += costs[exit] / N;
      }
      assertThat(cost).isLessThanOrEqualTo(before + 0.002);
      first = lambda == 0.005 ? cost : first;
      last = cost;
      before = cost;
    }
    assertThat(first).isGreaterThan(0.7);
    assertThat(last).isLessThan(0.2);
  }

  @Test
  void withoutStepsTheGatesAreTheBestSharedThreshold() {
    Passes passes = thresholds();
    Recipe.Gates none = new Recipe.Gates(1, 0.1, 0.1, 0.01, 0, 64, 0.01);
    List<Gate.Linear> gates =
        new GateTrainer(passes, new double[] {0.1, 0.4, 1}, none, 1).learn(0.1);
    for (Gate.Linear gate : gates) {
      assertThat(gate.weights()).containsOnlyKeys(Measure.LOGIT);
      assertThat(gate.weights().get(Measure.LOGIT)).isCloseTo(2, within(1e-9));
      assertThat(gate.bias()).isCloseTo(gates.get(0).bias(), within(1e-9));
      assertThat(-gate.bias() / 2).isBetween(-1.0, 1.6);
    }
  }

  @Test
  void sameSeedGivesTheSameGates() {
    Passes passes = thresholds();
    double[] costs = {0.1, 0.4, 1};
    assertThat(new GateTrainer(passes, costs, STANDARD, 3).learn(0.1))
        .isEqualTo(new GateTrainer(passes, costs, STANDARD, 3).learn(0.1))
        .isNotEqualTo(new GateTrainer(passes, costs, STANDARD, 4).learn(0.1));
  }
}
