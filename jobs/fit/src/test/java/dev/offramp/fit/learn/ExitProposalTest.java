package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ExitProposalTest {
  private static final int N = 4000;
  private static final double[] COSTS = {0, 0.25, 0.5, 0.75, 1};

  /**
   * An example of difficulty d in [0, 1) is right, and sure of it, at exits of skill d or more; one
   * that is wrong is unsure.
   */
  private static ExitProposal proposal(double boundary, double... skill) {
    SplittableRandom random = new SplittableRandom(7);
    double[][] sure = new double[skill.length][N];
    boolean[][] correct = new boolean[skill.length][N];
    for (int i = 0; i < N; i++) {
      double difficulty = random.nextDouble();
      for (int l = 0; l < skill.length; l++) {
        correct[l][i] = difficulty <= skill[l];
        sure[l][i] = (correct[l][i] ? 1 : -1) * (1 + random.nextDouble());
      }
    }
    return new ExitProposal(sure, correct, COSTS, boundary);
  }

  @Test
  void exitsThatAddNothingAreMerged() {
    assertThat(proposal(0.001, 0.6, 0.6, 0.8, 0.8, 0.9).choose(5)).containsExactly(0, 2, 4);
  }

  @Test
  void exitsThatAllAddSomethingStay() {
    assertThat(proposal(0.001, 0.5, 0.65, 0.75, 0.85, 0.95).choose(5))
        .containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void anExitMustEarnWhatItsBoundaryCosts() {
    double[] skill = {0.5, 0.501, 0.502, 0.503, 0.95};
    assertThat(proposal(0.1, skill).choose(5)).containsExactly(0, 4);
  }

  @Test
  void theirNumberCanBeCapped() {
    double[] skill = {0.5, 0.65, 0.75, 0.85, 0.95};
    assertThat(proposal(0.001, skill).choose(3)).hasSize(3).contains(0).endsWith(4);
    assertThat(proposal(0.001, skill).choose(1)).containsExactly(4);
  }

  @Test
  void aFrontIsWorthItsMeanAccuracyOverCosts() {
    // Two exits, the early one right and sure of it for half of the examples, and costless: at cost
    // c, half of the examples and c of all are right, until at .5 the front is at its end.
    ExitProposal half = proposal(0, 0.5, 0, 0, 0, 1);
    double expected = 0;
    for (double c : ExitProposal.TARGETS) {
      expected += Math.min(1, 0.5 + c) / ExitProposal.TARGETS.length;
    }
    assertThat(half.worth(List.of(0, 4))).isCloseTo(expected, within(0.02));
    assertThat(half.worth(List.of(4))).isEqualTo(sumOfTargets(), within(1e-9));
  }

  /** Full depth alone: for a smaller cost, as large a share of the events can be served. */
  private static double sumOfTargets() {
    double sum = 0;
    for (double c : ExitProposal.TARGETS) {
      sum += c / ExitProposal.TARGETS.length;
    }
    return sum;
  }
}
