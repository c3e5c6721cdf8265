package dev.offramp.bench.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.runtime.BudgetController.Settings;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulationTest {
  private static final int SEEDS = 10;
  private static final int FULL = Machine.CLINC150.fullDepth();
  private static final int USUAL = Scenarios.USUAL;

  private static List<Summary> run(Scenario scenario) {
    return LongStream.range(0, SEEDS)
        .mapToObj(seed -> Summary.of(Simulation.run(scenario, seed)))
        .toList();
  }

  private static Scenario steady(int configured, double load) {
    return Scenario.steady("steady", "", configured, load, 60);
  }

  private static Scenario burst(int configured) {
    return steady(configured, 0.7).burst(10);
  }

  /** Few moves that lead back, everything served, and no more late than may be. */
  private static void assertRecovered(Scenario scenario, int configured) {
    for (Summary summary : run(scenario)) {
      assertThat(summary.left()).isEqualTo(summary.events());
      assertThat(summary.recoverySeconds()).isLessThanOrEqualTo(5);
      assertThat(summary.unreadAtEnd()).isZero();
      assertThat(summary.lateShareSecondHalf()).isLessThanOrEqualTo(0.01);
      assertThat(summary.lastPoint()).isEqualTo(configured);
      assertThat(summary.moves()).isLessThanOrEqualTo(24);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.3, 0.5, 0.7, 0.8})
  void loadThatThePointCanServeMovesNothing(double load) {
    for (Summary summary : run(steady(USUAL, load))) {
      assertThat(summary.moves()).isZero();
      assertThat(summary.lateShare() + summary.forcedShare()).isLessThan(0.001);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.5, 0.7})
  void loadThatFullDepthCanServeMovesNothingWhereTheBudgetHasRoomForABatch(double load) {
    for (Summary summary : run(steady(FULL, load).budget(0.2))) {
      assertThat(summary.moves()).isZero();
    }
  }

  @Test
  void nearTheLimitOfAPointItHardlyMoves() {
    for (Summary summary : run(steady(USUAL, 0.9))) {
      assertThat(summary.movesSecondHalf()).isLessThanOrEqualTo(1);
      assertThat(summary.meanAccuracy()).isGreaterThan(0.959);
    }
  }

  @Test
  void budgetThatHardlyHoldsABatchIsTriedEverMoreRarely() {
    Scenario scenario = Scenario.steady("tight", "", FULL, 0.8, 600);
    for (Summary summary : run(scenario)) {
      assertThat(summary.badShareSecondHalf()).isLessThan(0.01);
      assertThat(summary.movesSecondHalf()).as("two runners, five minutes").isLessThanOrEqualTo(10);
      assertThat(summary.meanAccuracy()).isGreaterThan(0.966);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.02, 0.05, 0.2, 1})
  void overloadOfFullDepthIsServedAtACheaperPoint(double budget) {
    for (Summary summary : run(steady(FULL, 1.2).budget(budget))) {
      assertThat(summary.left()).isEqualTo(summary.events());
      assertThat(summary.mostUnread()).isLessThan(200);
      assertThat(summary.unreadAtEnd()).isZero();
      assertThat(summary.badShareSecondHalf()).isLessThanOrEqualTo(0.01);
      assertThat(summary.movesSecondHalf()).isLessThanOrEqualTo(1);
      assertThat(summary.meanAccuracy()).isGreaterThan(0.966);
    }
  }

  @Test
  void twentyfoldOverloadIsServedByTheCheapestPoints() {
    for (Summary summary : run(steady(FULL, 20))) {
      assertThat(summary.unreadAtEnd()).isZero();
      assertThat(summary.badShareSecondHalf()).isLessThanOrEqualTo(0.01);
      assertThat(summary.movesSecondHalf()).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void burstIsRecoveredFrom() {
    assertRecovered(burst(USUAL), USUAL);
    assertRecovered(burst(FULL).budget(0.2), FULL);
  }

  @Test
  void burstThatNoDeadlineTellsOfIsRecoveredFrom() {
    Scenario scenario = burst(USUAL).budget(0.2);
    assertThat(run(scenario)).allSatisfy(s -> assertThat(s.forcedShare()).isZero());
    assertRecovered(scenario, USUAL);
  }

  @Test
  void burstIsRecoveredFromWhereTheBudgetBeginsAtTheSource() {
    assertRecovered(burst(USUAL).sourceTime(), USUAL);
    assertRecovered(burst(FULL).budget(0.2).sourceTime(), FULL);
  }

  @Test
  void slowDriftIsFollowed() {
    for (int configured : new int[] {USUAL, FULL}) {
      for (Summary summary : run(Scenarios.day(configured))) {
        assertThat(summary.badShareSecondHalf()).isLessThan(0.005);
        assertThat(summary.mostUnread()).isZero();
        assertThat(summary.moves()).as("two runners, two days").isBetween(8, 20);
        assertThat(summary.lastPoint()).isEqualTo(configured);
      }
    }
  }

  @Test
  void machineThatGetsSlowerIsServedCheaperUntilItIsWellAgain() {
    assertRecovered(steady(USUAL, 0.7).slower(2, 10, 30), USUAL);
    assertRecovered(steady(FULL, 0.7).budget(0.2).slower(3, 10, 30), FULL);
  }

  @Test
  void floorHoldsAndForcedExitsServeWhatItLeaves() {
    double usual = Machine.CLINC150.capacityAt(USUAL) / Machine.CLINC150.capacityAt(FULL);
    for (long seed = 0; seed < SEEDS; seed++) {
      Simulation.Result result =
          Simulation.run(steady(FULL, 1.2 * usual).floor(0.963).burst(20), seed);
      assertThat(result.moves())
          .allSatisfy(m -> assertThat(m.move().to()).isGreaterThanOrEqualTo(USUAL));
      Summary summary = Summary.of(result);
      assertThat(summary.lastPoint()).isEqualTo(USUAL);
      assertThat(summary.left()).isEqualTo(summary.events());
      assertThat(summary.lateShare()).isLessThanOrEqualTo(0.01);
      assertThat(summary.forcedShare()).isGreaterThan(0.1);
    }
  }

  @Test
  void deviceWhoseNetworkCostsLittleBesideTheRestComesBackToo() {
    Machine device = new Machine(2, 0.00005, 0.00005, 0.001, 64, 1024, Machine.CLINC150.points());
    double rate = 0.5 * device.capacityAt(FULL);
    Scenario scenario =
        new Scenario(
            "device",
            "",
            device,
            FULL,
            new Settings(0.01, 0),
            0.2,
            false,
            40,
            t -> t >= 5 && t < 6 ? 5 * rate : rate,
            5 * rate,
            t -> 1,
            5);
    Summary summary = Summary.of(Simulation.run(scenario, 1));
    assertThat(summary.recoverySeconds()).isLessThanOrEqualTo(5);
    assertThat(summary.moves()).isPositive();
    assertThat(summary.lastPoint()).isEqualTo(FULL);
  }

  @Test
  void sameSeedGivesTheSame() {
    Scenario scenario = burst(USUAL);
    assertThat(Simulation.run(scenario, 3).moves()).isEqualTo(Simulation.run(scenario, 3).moves());
    assertThat(Summary.of(Simulation.run(scenario, 3)))
        .isEqualTo(Summary.of(Simulation.run(scenario, 3)))
        .isNotEqualTo(Summary.of(Simulation.run(scenario, 4)));
  }
}
