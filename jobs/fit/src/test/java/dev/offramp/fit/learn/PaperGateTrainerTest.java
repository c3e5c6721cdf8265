package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.fit.learn.Sweep.Candidate;
import dev.offramp.runtime.Gate;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Manifest.Rule;
import dev.offramp.runtime.Scores;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PaperGateTrainerTest {
  private static final int N = 3000;
  private static final int CLASSES = 4;
  private static final double[] COSTS = {0.1, 0.4, 0.7, 1};

  private final float[][] logits = new float[N][COSTS.length * CLASSES];
  private final int[] labels = new int[N];
  private Manifest manifest;
  private Passes passes;
  private double[][] losses;

  /** Logits that are calibrated: labels are drawn from the last exit's, which the others blur. */
  @BeforeEach
  void draw() {
    SplittableRandom random = new SplittableRandom(8);
    manifest =
        Draft.manifest(
            CLASSES,
            COSTS,
            Stacking.none(COSTS.length),
            List.of(0.9),
            List.of(),
            Learner.FULL_DEPTH);
    float[] p = new float[CLASSES];
    for (int i = 0; i < N; i++) {
      double ease = 6 * random.nextDouble();
      for (int c = 0; c < CLASSES; c++) {
        double sum = 0;
        for (int exit = 0; exit < COSTS.length; exit++) {
          sum += 1.5 * ease * random.nextGaussian();
          logits[i][exit * CLASSES + c] = (float) sum;
        }
        p[c] = (float) sum;
      }
      Scores.softmax(p);
      double left = random.nextDouble();
      while (labels[i] < CLASSES - 1 && (left -= p[labels[i]]) >= 0) {
        labels[i]++;
      }
    }
    passes = Passes.of(manifest, logits, labels);
    losses = TrueLosses.of(manifest, logits, labels);
  }

  private List<Gate.Linear> learn(double lambda, long seed) {
    return new PaperGateTrainer(passes, losses, COSTS, seed).learn(Recipe.Joint.of(lambda));
  }

  private Sweep sweep(double lambda) {
    return Sweep.learned(lambda, Rule.SHARED_UNIT, learn(lambda, 1), passes);
  }

  @Test
  void gatesOpenForWhatIsSure() {
    for (Gate.Linear gate : learn(0.3, 1)) {
      double[] sure = {0.99, 0.06, 0.985, 0.002, 0, 0, 0, 0, 0, 0, 0};
      double[] torn = {0.4, 1.2, 0.05, 1, 0, 0, 0, 0, 0, 0, 0};
      assertThat(gate.probability(sure, null)).isGreaterThan(gate.probability(torn, null) + 0.2);
    }
  }

  @Test
  void dearerCostMeansEarlierExits() {
    double before = Double.POSITIVE_INFINITY;
    for (double lambda : new double[] {0.01, 0.3, 1}) {
      double cost = sweep(lambda).candidate(passes, COSTS, 0).cost();
      assertThat(cost).isLessThan(before);
      before = cost;
    }
  }

  @Test
  void candidateIsWhatServes() {
    Sweep sweep = sweep(0.5);
    double before = -1;
    for (double offset : new double[] {1.37, 0, -0.71, -1.93}) {
      Candidate c = sweep.candidate(passes, COSTS, offset);
      OperatingPoint point = Draft.point("p", c.lambda(), c.rule(), c.gates());
      assertThat(point.rule()).isEqualTo(Rule.SHARED_UNIT);
      Replay.Taken taken = Replay.run(manifest, point, logits);
      double cost = 0;
      for (int i = 0; i < N; i++) {
        cost += COSTS[taken.exits()[i]];
        assertThat(c.correct()[i]).isEqualTo(taken.labels()[i] == labels[i]);
      }
      assertThat(cost / N).isEqualTo(c.cost());
      assertThat(c.cost()).as("another offset, another cost").isGreaterThan(before);
      before = c.cost();
    }
  }

  @Test
  void sameSeedGivesTheSameGates() {
    assertThat(learn(0.3, 1)).isEqualTo(learn(0.3, 1)).isNotEqualTo(learn(0.3, 2));
  }

  @Test
  void lossesOfOtherExamplesAreRefused() {
    assertThatThrownBy(() -> new PaperGateTrainer(passes, new double[2][4], COSTS, 1))
        .hasMessageContaining("3000 and 2");
  }
}
