package dev.offramp.fit.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.fit.plan.Plan.OperatorPlan;
import dev.offramp.fit.plan.Plan.StagePlan;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static final Network TWO =
      MadeUpNetwork.of(
          List.of(MadeUpNetwork.single(0, 100), MadeUpNetwork.single(1, 400)), List.of(.75, .25));

  private static Terms terms(int budgetMillis) {
    return new Terms(Duration.ofMillis(budgetMillis), 60, .7, 4);
  }

  private static List<StagePlan> stages(Plan plan) {
    return plan.operators().stream().flatMap(o -> o.stages().stream()).toList();
  }

  @Test
  void coresAreTheWorkOverTheUtilisation() {
    // 100 overhead + 100 + .25 x 400 = 300 microseconds an event: 3 cores busy, 5 at 60 %.
    Plan plan = new Planner(TWO, new Terms(null, 100, .6, 2)).plan(10_000);

    assertThat(plan.coresBusy()).isCloseTo(3, within(1e-6));
    assertThat(plan.cores()).isEqualTo(5);
    assertThat(plan.machines()).isEqualTo(3);
    assertThat(plan.utilisation()).isEqualTo(.6);
    assertThat(plan.weightBytes()).isEqualTo(1000);
    assertThat(plan.budgetMillis()).isNull();
    OperatorPlan operator = plan.operators().get(0);
    assertThat(operator.parallelism()).isEqualTo(5);
    assertThat(operator.busy()).isCloseTo(.6, within(1e-6));
    assertThat(operator.stages().get(1))
        .isEqualTo(new StagePlan(1, .25, 1, 1, 400, operator.stages().get(1).cores()));
    assertThat(operator.stages().get(1).cores()).isCloseTo(1, within(1e-6));
  }

  @Test
  void capacityIsWithFullBatchesAndNoRest() {
    // The useful 27 rows take 370 microseconds, 13.7 an event.
    Network one = MadeUpNetwork.of(List.of(MadeUpNetwork.line(0, 100, 10)), List.of(1.0));

    assertThat(new Planner(one, new Terms(null, 0, .7, 1)).capacity(2))
        .isCloseTo(2e6 * 27 / 370, within(0.1));
    assertThat(new Planner(TWO, new Terms(null, 100, .7, 1)).capacity(3))
        .isCloseTo(10_000, within(0.1));
  }

  @Test
  void theTimeKeptIsThatOfAQueueWithOneServer() {
    // One stage of 500 microseconds, busy .5: waits are 0 for half, else exponential of mean 500,
    // so 1 % lie above 500 x ln(.5 / .01) = 1,956; the model may be a tenth too careful.
    Network one = MadeUpNetwork.of(List.of(MadeUpNetwork.single(0, 500)), List.of(1.0));

    Plan plan = new Planner(one, new Terms(null, 0, .5, 1)).plan(1000);

    assertThat(plan.keptMillis()).isBetween(0.5 + 1.956, 0.5 + 1.1 * 1.956);
  }

  @Test
  void stagesThatHardlyAnyEventReachesDontSetTheTimeKept() {
    List<StageCost> stages = List.of(MadeUpNetwork.single(0, 100), MadeUpNetwork.single(1, 90_000));
    Terms terms = new Terms(null, 0, .01, 1);

    Plan most = new Planner(MadeUpNetwork.of(stages, List.of(.9999, .0001)), terms).plan(1);
    Plan more = new Planner(MadeUpNetwork.of(stages, List.of(.98, .02)), terms).plan(.1);

    assertThat(most.keptMillis()).isLessThan(1);
    assertThat(more.keptMillis()).isGreaterThan(90);
  }

  @Test
  void aBudgetThatNoBatchKeepsIsRefusedWithTheSmallestThatOneDoes() {
    Network network = MadeUpNetwork.even(4, 2000, 100);

    Throwable refused = catchThrowable(() -> new Planner(network, terms(5)).plan(100));

    assertThat(refused)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "within a budget of 5 ms: alone in every stage an event takes 8.5 ms");
    Matcher smallest = Pattern.compile("budget of (\\d+) ms or more").matcher(refused.getMessage());
    assertThat(smallest.find()).isTrue();
    int enough = Integer.parseInt(smallest.group(1));
    assertThat(new Planner(network, terms(enough)).plan(100).keptMillis())
        .isLessThanOrEqualTo(enough);
    assertThatThrownBy(() -> new Planner(network, terms(enough - 1)).plan(100, 1))
        .hasMessageContaining("Give a budget of " + enough);
  }

  @Test
  void aBudgetTooShortForQueuesKeepsRunnersLessBusy() {
    Network network = MadeUpNetwork.even(4, 2000, 100);

    Plan loose = new Planner(network, terms(200)).plan(5000, 1);
    Plan tight = new Planner(network, terms(16)).plan(5000, 1);

    assertThat(loose.utilisation()).isEqualTo(.7);
    assertThat(loose.batchWaitMillis()).isPositive();
    assertThat(tight.utilisation()).isLessThan(.7);
    assertThat(tight.batchWaitMillis()).isZero();
    assertThat(tight.cores()).isGreaterThan(loose.cores());
  }

  @Test
  void operatorsOfTheirOwnAreForStagesThatFewReachAndThatNeedLargeBatches() {
    // As on a GPU: a call costs a hundred times what a row does.
    Network few =
        MadeUpNetwork.of(
            List.of(MadeUpNetwork.line(0, 100, 10), MadeUpNetwork.line(1, 2000, 20)),
            List.of(.98, .02));
    Plan apart = new Planner(few, new Terms(Duration.ofMillis(15), 0, .7, 1)).plan(1_000_000);
    Plan together = new Planner(few, new Terms(Duration.ofMillis(15), 0, .7, 1)).plan(1_000_000, 1);

    assertThat(apart.operators()).extracting(OperatorPlan::firstStage).containsExactly(0, 1);
    assertThat(apart.cores()).isLessThan((int) (.8 * together.cores()));
    assertThat(apart.operators().get(1).stages().get(0).rows())
        .isGreaterThan(together.operators().get(0).stages().get(1).rows());

    // Where calls cost next to nothing, one operator does.
    assertThat(new Planner(MadeUpNetwork.even(4, 1, 500), terms(50)).plan(100_000).operators())
        .hasSize(1);
  }

  @Test
  void whatCantBePlannedIsRefused() {
    Planner planner = new Planner(TWO, terms(50));

    assertThatThrownBy(() -> planner.plan(0)).hasMessageContaining("above 0 events a second: 0");
    assertThatThrownBy(() -> planner.plan(Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> planner.plan(10, 3))
        .hasMessage("operators must be 1 to 2, the stages of the bundle: 3");
    assertThatThrownBy(() -> terms(0)).hasMessageContaining("1 ms or more");
    assertThatThrownBy(() -> new Terms(null, -1, .7, 1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> new Terms(null, 0, 1.1, 1)).hasMessageContaining("1.1");
    assertThatThrownBy(() -> new Terms(null, 0, .7, 0)).hasMessageContaining("1 core or more: 0");
    assertThatThrownBy(() -> MadeUpNetwork.of(List.of(MadeUpNetwork.single(0, 1)), List.of(.5, .5)))
        .hasMessageContaining("2 stages, curves for 1");
    assertThatThrownBy(() -> MadeUpNetwork.of(List.of(MadeUpNetwork.single(1, 1)), List.of(1.0)))
        .hasMessageContaining("stage 1 where 0 must be");
  }

  @Property(tries = 60)
  void moreEventsNeverNeedFewerCores(
      @ForAll @IntRange(min = 1, max = 4) int stages,
      @ForAll @DoubleRange(min = 1, max = 2000) double fixed,
      @ForAll @DoubleRange(min = 1, max = 500) double perRow,
      @ForAll @DoubleRange(min = 1, max = 1e5) double rate,
      @ForAll @DoubleRange(min = 1, max = 3) double factor) {
    Planner planner = new Planner(MadeUpNetwork.even(stages, fixed, perRow), terms(100));

    assertThat(planner.plan(rate * factor).cores())
        .isGreaterThanOrEqualTo(planner.plan(rate).cores());
  }

  @Property(tries = 60)
  void aTighterBudgetNeverMakesLargerBatchesNorFewerCores(
      @ForAll @IntRange(min = 1, max = 4) int stages,
      @ForAll @DoubleRange(min = 1, max = 500) double fixed,
      @ForAll @DoubleRange(min = 1, max = 100) double perRow,
      @ForAll @DoubleRange(min = 1, max = 1e5) double rate,
      @ForAll @IntRange(min = 30, max = 200) int budget,
      @ForAll @IntRange(min = 0, max = 200) int more) {
    Network network = MadeUpNetwork.even(stages, fixed, perRow);
    Plan tight = new Planner(network, terms(budget)).plan(rate, 1);
    Plan loose = new Planner(network, terms(budget + more)).plan(rate, 1);

    assertThat(tight.cores()).isGreaterThanOrEqualTo(loose.cores());
    for (int k = 0; k < stages; k++) {
      assertThat(stages(tight).get(k).rows())
          .isLessThanOrEqualTo(stages(loose).get(k).rows() * (1 + 1e-9));
    }
  }

  @Property(tries = 60)
  void aPlanKeepsItsBudgetAndItsUtilisation(
      @ForAll @IntRange(min = 1, max = 4) int stages,
      @ForAll @DoubleRange(min = 1, max = 500) double fixed,
      @ForAll @DoubleRange(min = 1, max = 100) double perRow,
      @ForAll @DoubleRange(min = 1, max = 1e5) double rate,
      @ForAll @IntRange(min = 30, max = 200) int budget) {
    Plan plan = new Planner(MadeUpNetwork.even(stages, fixed, perRow), terms(budget)).plan(rate);

    assertThat(plan.keptMillis()).isLessThanOrEqualTo(budget * (1 + 1e-6));
    assertThat(plan.operators()).allMatch(o -> o.busy() <= .7 * (1 + 1e-6));
    assertThat(plan.cores())
        .isEqualTo(plan.operators().stream().mapToInt(OperatorPlan::parallelism).sum());
    assertThat(stages(plan)).allMatch(s -> s.rows() >= 1 && s.rows() <= s.usefulRows());
    double inFlight = rate / plan.operators().get(0).parallelism() * plan.keptMillis() / 1000;
    assertThat(plan.capacity()).isGreaterThanOrEqualTo((int) inFlight);
  }
}
