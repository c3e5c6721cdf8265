package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class HastyHeadsTest {
  private static final int CLASSES = 5;
  private static final double[] COSTS = {0, 0.25, 0.5, 0.75, 1};
  private static final Recipe.Heads SMALL = new Recipe.Heads(16, 0.4, 1e-2, 0.1, 32, 6, 3, 3);

  private static MadeUpFeatures features(int examples, long seed, double... separation) {
    return new MadeUpFeatures(examples, 12, CLASSES, separation, 1, seed);
  }

  private static HastyHeads learn(double... separation) {
    MadeUpFeatures train = features(3000, 2, separation);
    MadeUpFeatures validation = features(1000, 3, separation);
    return learn(train, validation, 1);
  }

  private static HastyHeads learn(MadeUpFeatures train, MadeUpFeatures validation, long seed) {
    return HastyHeads.learn(
        new Split(train, train.labels),
        new Split(validation, validation.labels),
        CLASSES,
        SMALL,
        seed,
        (task, done, total) -> assertThat(task).isEqualTo("judging exits"));
  }

  @Test
  void exitsThatSayNoMoreThanTheOneBeforeAreLeftOut() {
    assertThat(learn(3, 3, 3, 3, 8).choose(COSTS, 0.01, 5)).containsExactly(0, 4);
  }

  @Test
  void aRiseInTheMiddleIsFound() {
    assertThat(learn(2, 2, 7, 7, 7).choose(COSTS, 0.02, 5)).containsExactly(0, 2, 4);
  }

  @Test
  void exitsAreKeptWhereEachSaysMuchMore() {
    assertThat(learn(2, 3.5, 5, 6.5, 9).choose(COSTS, 0.001, 5)).hasSizeGreaterThan(3);
  }

  @Test
  void theirNumberCanBeCapped() {
    HastyHeads heads = learn(2, 3.5, 5, 6.5, 9);
    assertThat(heads.choose(COSTS, 0.001, 2)).hasSize(2).endsWith(4);
    assertThat(heads.choose(COSTS, 0.001, 1)).containsExactly(4);
  }

  @Test
  void headsAreAsWideAsThoseToCome() {
    List<Head> heads = learn(1, 2, 3).heads();
    assertThat(heads).hasSize(3);
    assertThat(heads.get(0).w1()).hasSize(12 * 16);
    assertThat(heads.get(2).w1()).hasSize(24 * 16);
  }

  @Test
  void fewExamplesAreEnoughToJudge() {
    MadeUpFeatures few = features(3, 2, 3, 6);
    List<Integer> chosen =
        learn(few, features(2, 3, 3, 6), 1).choose(new double[] {0.5, 1}, 0.01, 2);
    assertThat(chosen).endsWith(1);
  }

  @Test
  void sameSeedGivesTheSameHeadsToTheBit() {
    MadeUpFeatures train = features(300, 2, 1, 2);
    MadeUpFeatures validation = features(100, 3, 1, 2);
    float[] first = learn(train, validation, 7).heads().get(1).w1();
    assertThat(learn(train, validation, 7).heads().get(1).w1()).isEqualTo(first);
    assertThat(learn(train, validation, 8).heads().get(1).w1()).isNotEqualTo(first);
  }

  @Test
  void splitWithoutExamplesIsRefused() {
    assertThatThrownBy(() -> learn(features(10, 2, 1, 2), features(0, 3, 1, 2), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "validation examples must be at least 1, and there are 0: add labelled examples");
  }
}
