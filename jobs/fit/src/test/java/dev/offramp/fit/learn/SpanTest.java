package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.fit.learn.Span.Leaving;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpanTest {
  @ParameterizedTest
  @CsvSource({
    "100 100 100, e0 e1 e2",
    "1500 60 60 500, e0 e1-2 e3",
    "10 20 30 500, e0-3",
    "500 10 20, e0-2",
    "0 0 3000, e0-2",
    "200 0 99 1 300 5, e0 e1-3 e4-5",
    "5 5, e0-1"
  })
  void exitsThatFewLeaveAtShareAGroup(String left, String spans) {
    assertThat(names(Span.left(numbers(left), 100), "e")).isEqualTo(spans);
  }

  @ParameterizedTest
  @CsvSource({
    "300 200 100, f0 f1 f2",
    "300 200 99, f0 f1-2",
    "300 99 50 2 0, f0-4",
    "99 50, f0-1",
    "0, f0"
  })
  void forcedExitsWithTooFewJoinTheOneBefore(String passed, String spans) {
    assertThat(names(Span.forced(numbers(passed), 100), "f")).isEqualTo(spans);
  }

  @Test
  void onlyExitForcesNobody() {
    assertThat(Span.forced(new double[0], 100)).isEmpty();
  }

  @Property
  void everyExitIsInOneSpan(
      @ForAll @Size(min = 1, max = 13) List<@DoubleRange(min = 0, max = 300) Double> counts) {
    double[] left = counts.stream().mapToDouble(Double::doubleValue).toArray();
    double[] falling = left.clone();
    for (int k = 1; k < falling.length; k++) {
      falling[k] = Math.min(falling[k], falling[k - 1]);
    }
    for (List<Span> spans : List.of(Span.left(left, 100), Span.forced(falling, 100))) {
      int next = 0;
      for (Span span : spans) {
        assertThat(span.from()).isEqualTo(next);
        assertThat(span.to()).isGreaterThanOrEqualTo(span.from());
        next = span.to() + 1;
      }
      assertThat(next).isEqualTo(left.length);
    }
  }

  @Test
  void membersAreJudgedWhereTheyLeaveOrCouldBeForcedOut() {
    int[] taken = {0, 1, 3, 2, 3};
    assertThat(new Span(1, 2).leaving(taken))
        .containsExactly(new Leaving(1, 1, 1), new Leaving(3, 2, 2));
    assertThat(new Span(0, 1).passing(taken))
        .containsExactly(
            new Leaving(1, 0, 0), new Leaving(2, 0, 1), new Leaving(3, 0, 1), new Leaving(4, 0, 1));
  }

  private static String names(List<Span> spans, String letter) {
    return spans.stream().map(s -> s.name(letter)).collect(Collectors.joining(" "));
  }

  private static double[] numbers(String spaced) {
    return Arrays.stream(spaced.trim().split(" ")).mapToDouble(Double::parseDouble).toArray();
  }
}
