package dev.offramp.fit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class StratifiedTest {
  private static final double[] SHARES = {0.7, 0.2, 0.1};

  @Property(tries = 200)
  void partsHoldEveryExampleOnceInItsOrderAndEachLabelsShare(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(max = 40) Integer> counts,
      @ForAll long seed) {
    List<Example> examples = examples(counts);

    List<List<Example>> parts = Stratified.split(examples, new Random(seed), SHARES);

    assertThat(parts.stream().flatMap(List::stream).toList())
        .containsExactlyInAnyOrderElementsOf(examples);
    for (int p = 0; p < SHARES.length; p++) {
      List<Example> part = parts.get(p);
      assertThat(part).isSortedAccordingTo((a, b) -> examples.indexOf(a) - examples.indexOf(b));
      assertThat((double) part.size()).isCloseTo(SHARES[p] * examples.size(), within(1.0));
      for (int label = 0; label < counts.size(); label++) {
        int wanted = label;
        long got = part.stream().filter(e -> e.label() == wanted).count();
        assertThat((double) got).isCloseTo(SHARES[p] * counts.get(label), within(2.0));
      }
    }
    assertThat(Stratified.split(examples, new Random(seed), SHARES)).isEqualTo(parts);
  }

  @Property(tries = 200)
  void trainFirstHasEveryLabelInTheFirstPart(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(max = 40) Integer> counts,
      @ForAll long seed) {
    List<Example> examples = examples(counts);

    List<List<Example>> parts = Stratified.trainFirst(examples, new Random(seed), 0.1, 0.5, 0.4);

    assertThat(parts.stream().flatMap(List::stream).toList())
        .containsExactlyInAnyOrderElementsOf(examples);
    for (Example example : examples) {
      assertThat(parts.get(0)).extracting(Example::label).contains(example.label());
    }
  }

  @Property(tries = 100)
  void trainFirstIsAsSplitWhereNoLabelIsRare(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 20, max = 40) Integer> counts,
      @ForAll long seed) {
    List<Example> examples = examples(counts);

    assertThat(Stratified.trainFirst(examples, new Random(seed), SHARES))
        .isEqualTo(Stratified.split(examples, new Random(seed), SHARES));
  }

  @Property(tries = 200)
  void sampleIsOfTheSizeAskedFor(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(max = 40) Integer> counts,
      @ForAll @IntRange(max = 500) int count,
      @ForAll long seed) {
    List<Example> examples = examples(counts);

    assertThat(Stratified.sample(examples, new Random(seed), count))
        .hasSize(Math.min(count, examples.size()))
        .doesNotHaveDuplicates()
        .isSubsetOf(examples);
  }

  /** Labels one after the other in turns, so that they lie mixed. */
  private static List<Example> examples(List<Integer> counts) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      for (int label = 0; label < counts.size(); label++) {
        if (i < counts.get(label)) {
          examples.add(new Example("text " + i + " of " + label, label));
        }
      }
    }
    return examples;
  }
}
