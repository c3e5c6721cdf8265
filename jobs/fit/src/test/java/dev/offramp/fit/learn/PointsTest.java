package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.fit.learn.Sweep.Candidate;
import dev.offramp.runtime.Gate;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Measure;
import dev.offramp.runtime.Measures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PointsTest {
  private static final int N = 1000;

  /** Full depth that is never right, for when it doesn't matter. */
  private final boolean[] none = new boolean[N];

  /** A candidate that is right on the examples from {@code skip} on, for so many. */
  private static Candidate candidate(Double lambda, double cost, int skip, int right) {
    boolean[] correct = new boolean[N];
    for (int i = 0; i < right; i++) {
      correct[(skip + i) % N] = true;
    }
    Gate gate = new Gate.Threshold(Measure.MARGIN, lambda == null ? cost : cost + lambda);
    return new Candidate(lambda, List.of(gate), right / (double) N, cost, correct);
  }

  private static Candidate simple(double cost, int right) {
    return candidate(null, cost, 0, right);
  }

  private static double mark(OperatingPoint p) {
    return ((Gate.Threshold) p.gates().get(0)).value();
  }

  @Test
  void dominatedPointsGoAndFullDepthIsLast() {
    List<OperatingPoint> points =
        Points.choose(
                List.of(simple(0.1, 700), simple(0.3, 690), simple(0.4, 800), simple(0.9, 800)),
                List.of(),
                none,
                new Goal.AccuracyLoss(0),
                2)
            .points();
    assertThat(points).extracting(OperatingPoint::name).containsExactly("p1", "p2", "full");
    assertThat(mark(points.get(0))).isEqualTo(0.1);
    assertThat(mark(points.get(1))).isEqualTo(0.4);
    assertThat(points.get(2).gates()).containsExactly(new Gate.Shut());
    assertThat(points.get(2).lambda()).isNull();
  }

  @Test
  void manyCandidatesBecomeAboutTenSpreadOverCost() {
    List<Candidate> many = new ArrayList<>();
    for (int k = 0; k <= 300; k++) {
      many.add(simple(k / 301.0, 600 + k));
    }
    List<OperatingPoint> points =
        Points.choose(many, List.of(), none, new Goal.AccuracyLoss(0), 2).points();
    assertThat(points).hasSize(11);
    for (int k = 1; k < points.size() - 1; k++) {
      double step = Math.sqrt(mark(points.get(k))) - Math.sqrt(mark(points.get(k - 1)));
      assertThat(step).isBetween(0.05, 0.16);
    }
  }

  @Test
  void defaultPointIsTheCheapestThatLosesLittleEnoughWithItsError() {
    List<Candidate> many = new ArrayList<>();
    for (int k = 0; k <= 300; k++) {
      many.add(simple(k / 301.0, 600 + k));
    }
    boolean[] full = simple(1, 900).correct();
    Points.Chosen chosen = Points.choose(many, List.of(), full, new Goal.AccuracyLoss(0.1), 2);
    // A loss of d has an error of sqrt(d (1 - d) / 1000): .0900 + .0090 is within .1, and .0910 +
    // .0091 is not.
    OperatingPoint p =
        chosen.points().stream()
            .filter(q -> q.name().equals(chosen.defaultPoint()))
            .findFirst()
            .orElseThrow();
    assertThat(mark(p)).isEqualTo(210 / 301.0);
    assertThat(Points.choose(many, List.of(), full, new Goal.AccuracyLoss(0.1), 2).points())
        .hasSize(12);
  }

  @Test
  void defaultPointCanBeTheMostAccurateWithinACost() {
    List<Candidate> many = new ArrayList<>();
    for (int k = 0; k <= 300; k++) {
      many.add(simple(k / 301.0, 600 + k));
    }
    Points.Chosen chosen = Points.choose(many, List.of(), none, new Goal.Cost(0.37), 2);
    OperatingPoint p =
        chosen.points().stream()
            .filter(q -> q.name().equals(chosen.defaultPoint()))
            .findFirst()
            .orElseThrow();
    assertThat(mark(p)).isEqualTo(111 / 301.0);
    assertThat(Points.choose(many, List.of(), none, new Goal.Cost(0), 2).defaultPoint())
        .isEqualTo("p1");
  }

  @Test
  void defaultPointIsFullDepthIfAllOthersLoseTooMuch() {
    boolean[] full = simple(1, 900).correct();
    assertThat(
            Points.choose(
                    List.of(simple(0.2, 880)), List.of(), full, new Goal.AccuracyLoss(0.01), 2)
                .defaultPoint())
        .isEqualTo("full");
  }

  @Test
  void learnedGateIsTakenOnlyWhenBetterByMoreThanTwoStandardErrors() {
    Candidate plain = simple(0.5, 800);
    // Better on 30 examples and worse on 18: a gain of 12, where two standard errors are 13.8.
    boolean[] noisy = plain.correct().clone();
    for (int i = 0; i < 30; i++) {
      noisy[999 - i] = true;
    }
    for (int i = 0; i < 18; i++) {
      noisy[i] = false;
    }
    Candidate within = new Candidate(0.1, plain.gates(), 0.812, 0.5, noisy);
    assertThat(
            Points.choose(List.of(plain), List.of(within), none, new Goal.AccuracyLoss(0), 2)
                .points()
                .get(0)
                .lambda())
        .isNull();
    // Better on 5 and worse on none: two standard errors are 4.5.
    Candidate beyond = candidate(0.1, 0.5, 0, 805);
    assertThat(
            Points.choose(List.of(plain), List.of(beyond), none, new Goal.AccuracyLoss(0), 2)
                .points()
                .get(0)
                .lambda())
        .isEqualTo(0.1);
  }

  /** A candidate that is right on the first so many of n examples. */
  private static Candidate of(int n, int right, double cost) {
    boolean[] correct = new boolean[n];
    Arrays.fill(correct, 0, right, true);
    Gate gate = new Gate.Threshold(Measure.MARGIN, cost);
    return new Candidate(null, List.of(gate), right / (double) n, cost, correct);
  }

  private static Points.Chosen perfect(int n, Goal goal) {
    return Points.choose(List.of(of(n, n, 0.1)), List.of(), of(n, n, 1).correct(), goal, 2);
  }

  @Test
  void fewerThanAHundredExamplesGiveFullDepthAlone() {
    for (Goal goal : List.of(new Goal.AccuracyLoss(0.2), new Goal.Cost(0.5))) {
      assertThat(perfect(99, goal).points())
          .extracting(OperatingPoint::name)
          .containsExactly("full");
      assertThat(perfect(99, goal).reason()).startsWith("no early exit: ").contains(" 99 ", " 100");
      assertThat(perfect(100, goal).defaultPoint()).isEqualTo("p1");
      assertThat(perfect(100, goal).reason()).isNull();
    }
  }

  @Test
  void goalNeedsTheMoreExamplesTheLessMayBeLost() {
    assertThat(perfect(199, new Goal.AccuracyLoss(0.005)).defaultPoint()).isEqualTo("full");
    assertThat(perfect(199, new Goal.AccuracyLoss(0.005)).points()).hasSize(2);
    assertThat(perfect(200, new Goal.AccuracyLoss(0.005)).defaultPoint()).isEqualTo("p1");
    assertThat(perfect(999, new Goal.AccuracyLoss(0)).defaultPoint()).isEqualTo("full");
    assertThat(perfect(1000, new Goal.AccuracyLoss(0)).defaultPoint()).isEqualTo("p1");
    assertThat(perfect(199, new Goal.AccuracyLoss(0.005)).reason())
        .isEqualTo(
            "the default point is 'full': whether another loses at most 0.5 points of accuracy is"
                + " judged on 199 different examples that the heads have not learned, and it takes"
                + " 200; give more labelled examples, or allow a larger loss");
  }

  @Test
  void goalThatNoPointMeetsIsNamed() {
    Points.Chosen chosen =
        Points.choose(
            List.of(of(500, 400, 0.1)),
            List.of(),
            of(500, 500, 1).correct(),
            new Goal.AccuracyLoss(0.012),
            2);

    assertThat(chosen.defaultPoint()).isEqualTo("full");
    assertThat(chosen.reason())
        .isEqualTo(
            "the default point is 'full': no other loses at most 1.2 points of accuracy on examples"
                + " that the heads have not learned");
  }

  @Test
  void withoutCandidatesThereIsFullDepth() {
    assertThat(Points.choose(List.of(), List.of(), none, new Goal.AccuracyLoss(0), 1).points())
        .extracting(OperatingPoint::name)
        .containsExactly("full");
  }

  @Test
  void sweepsReachEveryCostAndItsGatesDecideAsItScored() {
    SplittableRandom random = new SplittableRandom(1);
    Passes passes =
        new Passes(new double[3][N * Measures.COUNT], new boolean[3][N], new float[3][N]);
    for (int i = 0; i < N; i++) {
      for (int exit = 0; exit < 3; exit++) {
        passes.correct()[exit][i] = random.nextInt(4) <= exit;
        for (int m = 0; m < Measures.COUNT; m++) {
          passes.measures()[exit][i * Measures.COUNT + m] = random.nextDouble();
        }
      }
    }
    double[] costs = {0, 0.5, 1};
    Gate.Linear taught =
        new Gate.Linear(java.util.Map.of(Measure.RUN, 1.5, Measure.LOGIT, -0.5), 0.25);
    for (Sweep sweep :
        List.of(
            Sweep.sharedThreshold(passes),
            Sweep.threshold(Measure.ENTROPY, passes),
            Sweep.threshold(Measure.MAX_PROBABILITY, passes),
            Sweep.learned(0.1, List.of(taught, taught), passes))) {
      List<Candidate> candidates = sweep.candidates(passes, costs, 60);
      assertThat(candidates.get(0).cost()).isZero();
      assertThat(candidates.get(candidates.size() - 1).cost()).isGreaterThan(0.99);
      Candidate middle = candidates.get(30);
      assertThat(middle.cost()).isBetween(0.2, 0.8);
      double cost = 0;
      int right = 0;
      for (int i = 0; i < N; i++) {
        int exit = 0;
        while (exit < 2 && !leaves(middle.gates().get(exit), passes, exit, i)) {
          exit++;
        }
        cost += costs[exit] / N;
        right += passes.correct()[exit][i] ? 1 : 0;
      }
      // One example may sit on the threshold, where rounding decides.
      assertThat(cost).isCloseTo(middle.cost(), org.assertj.core.api.Assertions.within(2.0 / N));
      assertThat(right / (double) N)
          .isCloseTo(middle.accuracy(), org.assertj.core.api.Assertions.within(2.0 / N));
    }
  }

  private static boolean leaves(Gate gate, Passes passes, int exit, int i) {
    double[] measures = new double[Measures.COUNT];
    System.arraycopy(passes.measures()[exit], i * Measures.COUNT, measures, 0, Measures.COUNT);
    return gate.probability(measures, null) >= 0.5;
  }
}
