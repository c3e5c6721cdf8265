package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.fit.learn.Span.Leaving;
import dev.offramp.runtime.Exits;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.Raps;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RapsChoiceTest {
  private static final int CLASSES = 30;
  private static final List<Double> LEVELS = List.of(0.9);

  private static Raps best(float[][] logits, int[] labels) {
    Manifest manifest =
        Draft.manifest(
            CLASSES, new double[] {1}, List.of(new float[] {1}), LEVELS, List.of(), "full");
    RapsChoice choice = new RapsChoice(LEVELS);
    List<Leaving> all =
        IntStream.range(0, labels.length).mapToObj(i -> new Leaving(i, 0, 0)).toList();
    choice.show(
        new Examples(logits, labels, CLASSES), all, new Exits(manifest, Draft.fullDepth(1)));
    return choice.best();
  }

  @Test
  void penaltyKeepsSetsSmallWhereTheTruthIsAmongTheFirstTwo() {
    // Flat probabilities, the right label always first or second: a mass alone would take in many.
    SplittableRandom random = new SplittableRandom(1);
    int n = 400;
    float[][] logits = new float[n][CLASSES];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      int first = random.nextInt(CLASSES);
      int second = (first + 1 + random.nextInt(CLASSES - 1)) % CLASSES;
      // Now and then sure of itself, so that masses above the second differ.
      logits[i][first] = (float) (0.6 + 3 * random.nextDouble());
      logits[i][second] = 0.5f;
      labels[i] = random.nextDouble() < 0.5 ? first : second;
    }
    Raps best = best(logits, labels);
    assertThat(best.free()).isLessThanOrEqualTo(2);
    assertThat(best.penalty()).isGreaterThan(0.01);
  }

  @Test
  void ofEqualsTheMildestIsTaken() {
    float[][] logits = new float[50][CLASSES];
    for (float[] row : logits) {
      row[0] = 5;
    }
    assertThat(best(logits, new int[50])).isEqualTo(new Raps(0.001, 1));
    assertThat(best(new float[0][], new int[0])).isEqualTo(new Raps(0.001, 1));
  }
}
