package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.runtime.ExitState;
import dev.offramp.runtime.Exits;
import dev.offramp.runtime.Gate;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.Rule;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SharedUnitTest {
  private static double[] probabilities(double... gates) {
    double[] p = new double[gates.length + 1];
    SharedUnit.probabilities(gates, p);
    return p;
  }

  private static int exit(double... gates) {
    return SharedUnit.exit(gates.length, l -> gates[l]);
  }

  @Test
  void gatesShareOneUnitInOrder() {
    assertThat(probabilities(0.2, 0.5, 0.9))
        .containsExactly(new double[] {0.2, 0.5, 0.3, 0}, within(1e-12));
    assertThat(probabilities(0.2, 0.3))
        .containsExactly(new double[] {0.2, 0.3, 0.5}, within(1e-12));
    assertThat(probabilities(1, 1, 1)).containsExactly(1, 0, 0, 0);
    assertThat(probabilities(0, 0)).containsExactly(0, 0, 1);
    assertThat(probabilities()).containsExactly(1);
  }

  @Test
  void eventLeavesWhereHalfOfWhatIsLeftIsSpent() {
    assertThat(exit(0.5, 0)).isZero();
    // .3, then .4 of the .7 left.
    assertThat(exit(0.3, 0.4, 1)).isEqualTo(1);
    // .3, then .3 of .7, then .3 of .4.
    assertThat(exit(0.3, 0.3, 0.3)).isEqualTo(2);
    // .2 of 1, .2 of .8, .2 of .6: never half.
    assertThat(exit(0.2, 0.2, 0.2)).isEqualTo(3);
    assertThat(exit()).isZero();
  }

  @Property
  void probabilitiesLieInTheUnitAndSumToOne(
      @ForAll @Size(max = 12) List<@DoubleRange(min = 0, max = 1) Double> gates) {
    double[] p = probabilities(gates.stream().mapToDouble(g -> g).toArray());
    assertThat(Arrays.stream(p).boxed()).allMatch(v -> v >= 0 && v <= 1);
    assertThat(Arrays.stream(p).sum()).isCloseTo(1, within(1e-9));
  }

  @Property
  void eventLeavesWhereItDoesWhenServed(
      @ForAll @Size(min = 1, max = 12) List<@DoubleRange(min = -6, max = 3) Double> scores) {
    int gates = scores.size();
    double[] costs = new double[gates + 1];
    costs[gates] = 1;
    Manifest manifest =
        Draft.manifest(
            2, costs, Stacking.none(gates + 1), List.of(0.9), List.of(), Learner.FULL_DEPTH);
    List<Gate> constant = scores.stream().<Gate>map(s -> new Gate.Linear(Map.of(), s)).toList();
    Exits served = new Exits(manifest, Draft.point("p", 0.1, Rule.SHARED_UNIT, constant));
    ExitState state = Replay.start(manifest, new float[2 * (gates + 1)]);
    while (!served.leaves(state)) {}
    assertThat(SharedUnit.exit(gates, l -> 1 / (1 + Math.exp(-scores.get(l)))))
        .isEqualTo(state.exits() - 1);
  }
}
