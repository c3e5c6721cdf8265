package dev.offramp.fit.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SetComparisonTest {
  private static SetFigures sets(double level, double coverage, double size) {
    return new SetFigures(level, coverage, coverage, coverage, size, 0);
  }

  @Test
  void fullDepthIsReadOffBetweenTheLevelsThatEncloseTheCoverage() {
    // Ten times fewer left uncovered, four times the labels: half of both in the logarithm.
    List<SetFigures> full = List.of(sets(0.9, 0.9, 1), sets(0.99, 0.99, 4));
    double between = 1 - Math.sqrt(0.1 * 0.01);
    List<SetFigures> taken = List.of(sets(0.9, between, 3), sets(0.99, 0.995, 9));
    List<SetComparison> compared = SetComparison.of(taken, full);
    assertThat(compared.get(0).fullDepthMeanSetSizeAtThisCoverage()).isCloseTo(2, within(1e-9));
    assertThat(compared.get(0).fullDepthMeanSetSize()).isEqualTo(1);
    assertThat(compared.get(1).fullDepthMeanSetSizeAtThisCoverage()).isNull();
  }

  @Test
  void equalCoverageNeedsNoReadingOff() {
    List<SetFigures> full = List.of(sets(0.9, 0.91, 1.5), sets(0.99, 1, 40));
    List<SetFigures> taken = List.of(sets(0.9, 1, 60), sets(0.99, 0.91, 9));
    assertThat(SetComparison.of(taken, full))
        .extracting(SetComparison::fullDepthMeanSetSizeAtThisCoverage)
        .containsExactly(40.0, 1.5);
  }
}
