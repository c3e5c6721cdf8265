package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SampleTest {
  @Property
  void everyLabelHasItsShareToWithinOne(
      @ForAll @Size(min = 1, max = 200) int @IntRange(max = 5) [] labels,
      @ForAll @IntRange(min = 1, max = 200) int most,
      @ForAll long seed) {
    int[] taken = Sample.of(labels, most, new SplittableRandom(seed));
    int count = Math.min(most, labels.length);
    assertThat(taken).hasSize(count).isSorted().doesNotHaveDuplicates();
    for (int label = 0; label <= 5; label++) {
      int wanted = label;
      double share = count / (double) labels.length;
      double due = share * Arrays.stream(labels).filter(l -> l == wanted).count();
      assertThat((double) Arrays.stream(taken).filter(i -> labels[i] == wanted).count())
          .isGreaterThan(due - 1)
          .isLessThan(due + 1);
    }
  }

  @Test
  void seedDecidesWhichAndNoExampleIsOutOfReach() {
    int[] labels = new int[40];
    boolean[] reached = new boolean[labels.length];
    for (int seed = 0; seed < 100; seed++) {
      int[] taken = Sample.of(labels, 10, new SplittableRandom(seed));
      assertThat(taken).isEqualTo(Sample.of(labels, 10, new SplittableRandom(seed)));
      Arrays.stream(taken).forEach(i -> reached[i] = true);
    }
    assertThat(reached).containsOnly(true);
  }
}
