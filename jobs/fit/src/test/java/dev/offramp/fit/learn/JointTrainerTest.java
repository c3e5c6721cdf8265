package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.fit.work.Progress;
import dev.offramp.runtime.Gate;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Manifest.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;

class JointTrainerTest {
  private static final int WIDTH = 24;
  private static final int CLASSES = 8;
  private static final double[] SEPARATION = {2, 3, 4.5, 6};
  private static final double[] COSTS = {0.02, 0.35, 0.67, 1};

  private final MadeUpFeatures train = made(3000, 2);
  private final MadeUpFeatures validation = made(1000, 3);
  private final MadeUpFeatures test = made(3000, 5);
  private final Manifest manifest =
      Draft.manifest(CLASSES, COSTS, Stacking.none(4), List.of(0.9), List.of(), Learner.FULL_DEPTH);

  private static MadeUpFeatures made(int n, long seed) {
    return new MadeUpFeatures(n, WIDTH, CLASSES, SEPARATION, 1, seed);
  }

  private static Recipe.Joint recipe(double lambda, int epochs) {
    return new Recipe.Joint(lambda, 10, 2, epochs, 10, 64, 0.02, 0.01, 0.2, 5e-4);
  }

  private JointTrainer.Trained train(Recipe.Joint recipe, long seed) {
    return new JointTrainer(
            train, train.labels, validation, validation.labels, COSTS, CLASSES, recipe, seed)
        .train(Progress.NONE);
  }

  /** Mean cross-entropy + lambda x cost where the test examples leave. */
  private double objective(List<Head> heads, List<? extends Gate> gates, double lambda) {
    float[][] logits = Heads.logits(heads, test);
    double[][] losses = TrueLosses.of(manifest, logits, test.labels);
    int[] exits = Replay.run(manifest, point(gates), logits).exits();
    double sum = 0;
    for (int i = 0; i < exits.length; i++) {
      sum += losses[i][exits[i]] + lambda * COSTS[exits[i]];
    }
    return sum / exits.length;
  }

  private double cost(JointTrainer.Trained trained) {
    Replay.Taken taken =
        Replay.run(manifest, point(trained.gates()), Heads.logits(trained.heads(), test));
    double sum = 0;
    for (int exit : taken.exits()) {
      sum += COSTS[exit];
    }
    return sum / taken.exits().length;
  }

  private static OperatingPoint point(List<? extends Gate> gates) {
    return Draft.point("p", null, Rule.SHARED_UNIT, List.copyOf(gates));
  }

  @Test
  void gatesTradeLossForCostBetterThanAnyOneExit() {
    double lambda = 1;
    JointTrainer.Trained trained = train(recipe(lambda, 15), 1);
    double learned = objective(trained.heads(), trained.gates(), lambda);
    for (int exit = 0; exit < 4; exit++) {
      int all = exit;
      List<Gate> one =
          java.util.stream.IntStream.range(0, 3)
              .<Gate>mapToObj(l -> new Gate.Linear(java.util.Map.of(), l < all ? -50 : 50))
              .toList();
      assertThat(learned)
          .as("all leaving at exit %d", exit)
          .isLessThan(objective(trained.heads(), one, lambda) - 0.01);
    }
  }

  @Test
  void dearerCostMeansEarlierExits() {
    double before = 1;
    for (double lambda : new double[] {0.03, 0.3, 3}) {
      double cost = cost(train(recipe(lambda, 8), 1));
      assertThat(cost).as("lambda %s", lambda).isLessThan(before - 0.02);
      before = cost;
    }
  }

  @Test
  void sameSeedGivesTheSameToTheBit() {
    JointTrainer.Trained one = train(recipe(0.3, 3), 7);
    JointTrainer.Trained two = train(recipe(0.3, 3), 7);
    JointTrainer.Trained other = train(recipe(0.3, 3), 8);
    assertThat(one.gates()).isEqualTo(two.gates()).isNotEqualTo(other.gates());
    for (int exit = 0; exit < 4; exit++) {
      assertThat(one.heads().get(exit).w2())
          .isEqualTo(two.heads().get(exit).w2())
          .isNotEqualTo(other.heads().get(exit).w2());
    }
  }

  @Test
  void lastHeadStaysAsItWasWarmedUpAndTheOthersGoOn() {
    JointTrainer.Trained less = train(recipe(0.3, 1), 7);
    JointTrainer.Trained more = train(recipe(0.3, 3), 7);
    assertThat(less.heads().get(3).w2()).isEqualTo(more.heads().get(3).w2());
    for (int exit = 0; exit < 3; exit++) {
      assertThat(less.heads().get(exit).w2()).isNotEqualTo(more.heads().get(exit).w2());
    }
  }

  @Test
  void headsAreLinearOnTheirOwnExit() {
    for (Head head : train(recipe(0.3, 1), 1).heads()) {
      assertThat(head.linear()).isTrue();
      assertThat(head.w2()).hasSize(WIDTH * CLASSES);
    }
  }
}
