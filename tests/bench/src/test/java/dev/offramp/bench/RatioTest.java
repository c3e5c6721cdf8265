package dev.offramp.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RatioTest {
  private static Run run(String name, int round, double rate) {
    return new Run(name, round, 100, 1, rate, 0.9, 0.9, 0.5, 0.01, 10, 0, 100, Map.of(), 0, 0, 0);
  }

  @Test
  void ratiosAreTakenRoundByRoundNotOfMedians() {
    // The machine was half as fast in round 2, for both.
    Ratio ratio = Ratio.of(new double[] {100, 50, 120}, new double[] {20, 10, 30});
    assertThat(ratio).isEqualTo(new Ratio(5, 4, 5));
  }

  @Test
  void medianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
    assertThat(Ratio.of(new double[] {4, 1, 3, 2})).isEqualTo(new Ratio(2.5, 1, 4));
  }

  @Test
  void offrampIsComparedWithAllAndFromMemoryWithTheBareLoop() {
    List<Run> runs =
        List.of(
            run("c", 1, 10),
            run("d", 1, 40),
            run("d-memory", 1, 45),
            run("e", 1, 50),
            run("d", 2, 44),
            run("d-memory", 2, 49),
            run("e", 2, 50),
            run("c", 2, 11));
    Map<String, Ratio> ratios = Ratio.all(runs);
    assertThat(ratios)
        .containsOnlyKeys("d/c", "d/d-memory", "d/e", "d/ideal", "d-memory/e", "d-memory/ideal");
    assertThat(ratios.get("d/ideal")).as("all cost a half").isEqualTo(new Ratio(2, 2, 2));
    assertThat(ratios.get("d/c")).isEqualTo(new Ratio(4, 4, 4));
    assertThat(ratios.get("d-memory/e")).isEqualTo(new Ratio(0.94, 0.9, 0.98));
  }

  @Test
  void withoutOfframpThereIsNothingToCompare() {
    assertThat(Ratio.all(List.of(run("a", 1, 1), run("c", 1, 2)))).isEmpty();
  }
}
