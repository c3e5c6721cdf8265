package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.runtime.Manifest.Calibration;
import dev.offramp.runtime.Manifest.ExitCalibration;
import dev.offramp.runtime.Manifest.Expected;
import dev.offramp.runtime.Manifest.Group;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Manifest.Raps;
import dev.offramp.runtime.Manifest.Rule;
import dev.offramp.runtime.Manifest.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ExitsTest {
  /** A gate of a fixed value, whatever the measures. */
  private static Gate gate(double g) {
    return new Gate.Linear(Map.of(), Math.log(g / (1 - g)));
  }

  private static Manifest manifest(int exits, OperatingPoint point) {
    List<Stage> stages = new ArrayList<>();
    List<float[]> stacking = new ArrayList<>();
    for (int k = 0; k < exits; k++) {
      stages.add(new Stage("s", "0", 1, (k + 1.0) / exits, List.of(), List.of(), "logits"));
      float[] row = new float[k + 1];
      row[k] = 1;
      stacking.add(row);
    }
    return new Manifest(
        1,
        "",
        "m",
        List.of("a", "b"),
        null,
        stages,
        stacking,
        null,
        List.of(0.9),
        List.of(point),
        "p",
        true,
        null);
  }

  private static OperatingPoint point(Rule rule, Gate... gates) {
    List<ExitCalibration> calibration = new ArrayList<>();
    for (int k = 0; k <= gates.length; k++) {
      calibration.add(
          new ExitCalibration(
              new Group("e" + k, 1, 10, Arrays.asList(0.5), Arrays.asList(0.5)),
              new Group("f" + k, 2, 10, Arrays.asList(0.5), Arrays.asList(0.5))));
    }
    Expected expected = new Expected(1, 1, List.of());
    return new OperatingPoint(
        "p",
        null,
        rule,
        List.of(gates),
        expected,
        new Calibration(calibration, List.of(List.of(0.5, 0.5)), List.of(0.5), new Raps(0.01, 1)));
  }

  private static int exitTaken(Rule rule, Gate... gates) {
    OperatingPoint point = point(rule, gates);
    Exits exits = new Exits(manifest(gates.length + 1, point), point);
    ExitState state = new ExitState(gates.length + 1, 2);
    while (!exits.leaves(state)) {
      // The next exit decides.
    }
    return state.exits() - 1;
  }

  @Test
  void independentGatesLeaveAtTheFirstOfOneHalf() {
    assertThat(exitTaken(Rule.INDEPENDENT, gate(.4), gate(.49), gate(.6))).isEqualTo(2);
    assertThat(exitTaken(Rule.INDEPENDENT, gate(.4), gate(.4), gate(.4))).isEqualTo(3);
    assertThat(exitTaken(Rule.INDEPENDENT, gate(.5), gate(.4), gate(.4))).isZero();
  }

  @Test
  void sharedUnitSpendsWhatEarlierGatesLeave() {
    // P = .4, then .3 of the .6 left: one half, so it leaves at exit 1 where independent gates go
    // on.
    assertThat(exitTaken(Rule.SHARED_UNIT, gate(.4), gate(.3), gate(.1))).isEqualTo(1);
    // P = .2, then .3 of .8, then .2 of .5, and the last takes the rest.
    assertThat(exitTaken(Rule.SHARED_UNIT, gate(.2), gate(.3), gate(.2))).isEqualTo(3);
    // P = .4, then min(.9, .6) of the .6 left: all.
    assertThat(exitTaken(Rule.SHARED_UNIT, gate(.4), gate(.9), gate(.9))).isEqualTo(1);
  }

  @Property
  void sharedUnitGivesExitsProbabilitiesThatSumToOne(
      @ForAll @Size(min = 1, max = 6)
          List<@Scale(3) @DoubleRange(min = 0.001, max = 0.999) Double> gates) {
    OperatingPoint point =
        point(Rule.SHARED_UNIT, gates.stream().map(ExitsTest::gate).toArray(Gate[]::new));
    int exits = gates.size() + 1;
    Exits decision = new Exits(manifest(exits, point), point);
    ExitState state = new ExitState(exits, 2);
    double sum = 0;
    double earlier = 0;
    for (double g : gates) {
      double before = state.spent;
      boolean left = decision.leaves(state);
      double share = state.spent - before;
      // The paper's: P_l = max(0, min(g_l, 1 - sum of earlier g)).
      assertThat(share).isCloseTo(Math.max(0, Math.min(g, 1 - earlier)), within(1e-9));
      assertThat(share).isBetween(0.0, 1.0);
      double conditional = before >= 1 ? 1 : share / (1 - before);
      if (Math.abs(conditional - 0.5) > 1e-9) {
        assertThat(left).isEqualTo(conditional > 0.5);
      }
      sum += share;
      earlier += g;
    }
    assertThat(decision.leaves(state)).as("the last exit takes the rest").isTrue();
    double rest = 1 - state.spent;
    assertThat(rest).isBetween(-1e-12, 1.0);
    assertThat(sum + rest).isCloseTo(1, within(1e-9));
  }

  @Test
  void foreseeingGateLeavesWhereGoingOnIsNotWorthItsCost() {
    // At exit 0 of two (costs .5 and 1), the chances are even here and .73 there: worth a price of
    // the half network up to .46.
    Foresight even =
        new Foresight(
            new float[Measures.COUNT],
            new float[1],
            new float[2],
            new float[] {0, 1},
            new float[2]);
    double gain = sigmoid(1) - 0.5;
    for (double[] c : new double[][] {{0.4, 0, 0}, {0.5, 0, 1}, {0.4, 0.05, 1}, {0.5, -0.05, 0}}) {
      OperatingPoint point = point(Rule.INDEPENDENT, new Gate.Foreseeing(c[0], c[1]));
      Manifest plain = manifest(2, point);
      Manifest foreseeing =
          new Manifest(
              1,
              "",
              "m",
              plain.labels(),
              null,
              plain.stages(),
              plain.stacking(),
              List.of(even),
              plain.levels(),
              plain.points(),
              "p",
              true,
              null);
      assertThat(gain - c[0] / 2 <= c[1]).as("by hand").isEqualTo(c[2] == 1);
      assertThat(new Exits(foreseeing, point).leaves(new ExitState(2, 2))).isEqualTo(c[2] == 1);
    }
  }

  @Test
  void laterExitsMixTheLogitsOfEarlierOnes() {
    OperatingPoint point = point(Rule.INDEPENDENT, new Gate.Shut());
    Manifest plain = manifest(2, point);
    Manifest mixed =
        new Manifest(
            1,
            "",
            "m",
            plain.labels(),
            null,
            plain.stages(),
            List.of(new float[] {1}, new float[] {2, 0.5f}),
            null,
            plain.levels(),
            plain.points(),
            "p",
            true,
            null);
    Exits exits = new Exits(mixed, point);
    ExitState state = new ExitState(2, 2);
    state.logits()[0] = 1;
    state.logits()[2] = 4;
    exits.leaves(state);
    assertThat(state.probabilities()[0]).isCloseTo((float) sigmoid(1), within(1e-6f));
    exits.leaves(state);
    assertThat(state.probabilities()[0]).isCloseTo((float) sigmoid(2 + 2), within(1e-6f));
    float[] p = new float[2];
    exits.probabilities(state, exits.group(state, true), p);
    assertThat(p[0]).as("forced, at temperature 2").isCloseTo((float) sigmoid(2), within(1e-6f));
  }

  @Test
  void runCountsExitsThatAgree() {
    OperatingPoint point =
        point(Rule.INDEPENDENT, new Gate.Shut(), new Gate.Shut(), new Gate.Shut());
    Exits exits = new Exits(manifest(4, point), point);
    ExitState state = new ExitState(4, 2);
    float[] logits = {1, 0, 2, 0, 0, 1, 0, 1};
    System.arraycopy(logits, 0, state.logits(), 0, 8);
    int[] runs = {0, 1, 0, 1};
    for (int run : runs) {
      exits.leaves(state);
      assertThat(state.run()).isEqualTo(run);
    }
    state.rewind();
    exits.leaves(state);
    assertThat(state.run()).isZero();
    assertThat(state.exits()).isEqualTo(1);
  }

  @Test
  void thresholdsKnowWhichWayIsSure() {
    double[] m = new double[Measures.COUNT];
    m[Measure.MAX_PROBABILITY.index()] = 0.8;
    m[Measure.ENTROPY.index()] = 0.3;
    assertThat(new Gate.Threshold(Measure.MAX_PROBABILITY, 0.8).probability(m, null)).isEqualTo(1);
    assertThat(new Gate.Threshold(Measure.MAX_PROBABILITY, 0.81).probability(m, null)).isZero();
    assertThat(new Gate.Threshold(Measure.ENTROPY, 0.3).probability(m, null)).isEqualTo(1);
    assertThat(new Gate.Threshold(Measure.ENTROPY, 0.29).probability(m, null)).isZero();
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
