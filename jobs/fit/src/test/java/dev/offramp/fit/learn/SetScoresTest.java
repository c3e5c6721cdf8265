package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.fit.learn.Span.Leaving;
import dev.offramp.runtime.Exits;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.Raps;
import java.util.List;
import org.junit.jupiter.api.Test;

class SetScoresTest {
  private static final Raps RAPS = new Raps(0.125, 1);

  private final Manifest manifest =
      Draft.manifest(
          4,
          new double[] {0.5, 1},
          List.of(new float[] {1}, new float[] {0, 1}),
          List.of(0.9),
          List.of(),
          "full");
  private final Exits exits = new Exits(manifest, Draft.fullDepth(2));

  /** Logits whose softmax at temperature 1 is (1/2, 1/4, 1/8, 1/8), then (1/4, 1/4, 1/4, 1/4). */
  private static float[] row() {
    float two = (float) Math.log(2);
    return new float[] {2 * two, two, 0, 0, 0, 0, 0, 0};
  }

  private SetScores scores(int label, int from, int to, double temperature) {
    Examples one = new Examples(new float[][] {row()}, new int[] {label}, 4);
    return SetScores.of(one, List.of(new Leaving(0, from, to)), exits, temperature, RAPS);
  }

  @Test
  void scoresOfTheRightLabelByHand() {
    double[] lac = {0.5, 0.75, 0.875, 0.875};
    // Mass above, and an eighth for each rank past the first.
    double[] raps = {0, 0.5 + 0.125, 0.75 + 0.25, 0.875 + 0.375};
    for (int label = 0; label < 4; label++) {
      SetScores s = scores(label, 0, 0, 1);
      assertThat(s.lac()[0]).isCloseTo(lac[label], within(1e-6));
      assertThat(s.raps()[0]).isCloseTo(raps[label], within(1e-6));
      // 1.75 bits of 2.
      assertThat(s.outOfScope()[0]).isCloseTo(0.875, within(1e-6));
      assertThat(s.labels()).containsExactly(label);
    }
  }

  @Test
  void temperatureIsOfTheOutOfScopeScoreAlone() {
    // Halved logits: ratios 2 : sqrt 2 : 1 : 1.
    double sum = 4 + Math.sqrt(2);
    double entropy = Math.log(sum) - (2 * Math.log(2) + Math.sqrt(2) * Math.log(2) / 2) / sum;
    SetScores halved = scores(0, 0, 0, 2);
    assertThat(halved.outOfScope()[0]).isCloseTo(entropy / Math.log(4), within(1e-6));
    assertThat(halved.lac()[0]).isEqualTo(scores(0, 0, 0, 1).lac()[0]);
    assertThat(halved.raps()[0]).isEqualTo(scores(0, 0, 0, 1).raps()[0]);
  }

  @Test
  void exampleJudgedAtSeveralExitsHasItsWorstScores() {
    SetScores s = scores(0, 0, 1, 1);
    assertThat(s.lac()[0]).as("that of exit 1").isCloseTo(0.75, within(1e-6));
    assertThat(s.outOfScope()[0]).isCloseTo(1, within(1e-6));
    assertThat(scores(2, 0, 1, 1).lac()[0]).as("that of exit 0").isCloseTo(0.875, within(1e-6));
  }

  @Test
  void groupsAreJoinedAndSortedByLabel() {
    SetScores all =
        SetScores.together(List.of(scores(1, 0, 0, 1), scores(2, 0, 0, 1), scores(1, 1, 1, 1)));
    assertThat(all.labels()).containsExactly(1, 2, 1);
    assertThat(all.lacOf(1)).containsExactly(new double[] {0.75, 0.75}, within(1e-6));
    assertThat(all.lacOf(2)).containsExactly(new double[] {0.875}, within(1e-6));
    assertThat(all.lacOf(0)).isEmpty();
  }
}
