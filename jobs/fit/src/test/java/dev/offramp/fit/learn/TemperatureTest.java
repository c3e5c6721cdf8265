package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemperatureTest {
  @ParameterizedTest
  @ValueSource(doubles = {0.3, 1, 2.5, 6})
  void findsTheTemperatureThatLabelsWereDrawnAt(double temperature) {
    MadeUpScores made = MadeUpScores.drawn(4000, 6, temperature, new SplittableRandom(3));
    double found = Temperature.best(made.scores(), made.labels());
    assertThat(found / temperature).isCloseTo(1, within(0.1));
    for (double near : new double[] {0.95, 1.05}) {
      assertThat(Temperature.loss(made.scores(), made.labels(), found))
          .isLessThan(Temperature.loss(made.scores(), made.labels(), found * near));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void staysInBoundsWhenEveryLabelIsRightOrWrong(boolean right) {
    float[][] scores = {{3, 0}, {2, 1}};
    int[] labels = right ? new int[] {0, 0} : new int[] {1, 1};
    double bound = right ? 1 / Temperature.BOUND : Temperature.BOUND;
    assertThat(Temperature.best(scores, labels) / bound).isCloseTo(1, within(0.01));
  }
}
