package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RankingTest {
  @Test
  void equalOnesKeepTheirOrder() {
    Ranking ranking = new Ranking(5);
    ranking.rank(new float[] {0.125f, 0.5f, 0, 0.125f, 0.25f});
    assertThat(IntStream.range(0, 5).map(ranking::label)).containsExactly(1, 4, 0, 3, 2);
    assertThat(IntStream.range(0, 5).mapToDouble(ranking::above).toArray())
        .containsExactly(0, 0.5, 0.75, 0.875, 1);
  }

  @Property
  void ranksAsASortOfObjectsDoes(
      @ForAll @Size(min = 1, max = 40) List<@FloatRange(min = 0, max = 1) Float> probabilities) {
    int n = probabilities.size();
    float[] p = new float[n];
    for (int c = 0; c < n; c++) {
      p[c] = probabilities.get(c);
    }
    Ranking ranking = new Ranking(n);
    ranking.rank(new float[n]);
    ranking.rank(p);
    List<Integer> expected =
        IntStream.range(0, n).boxed().sorted(Comparator.comparing(c -> -p[c])).toList();
    double above = 0;
    for (int r = 0; r < n; r++) {
      assertThat(ranking.label(r)).isEqualTo(expected.get(r));
      assertThat(ranking.above(r)).isCloseTo(above, within(1e-9));
      above += p[expected.get(r)];
    }
  }
}
