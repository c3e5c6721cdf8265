package dev.offramp.bench.latency;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class SenderTest {
  private static final long START = 1_000_000;
  private static final Arrivals ARRIVALS =
      new Arrivals(Schedule.steady(100, Duration.ofSeconds(1)), 40, START);

  private record Sent(long number, long due, long at) {}

  private final List<Sent> sent = new ArrayList<>();
  private long now = START - 5_000;

  private void take(long number, long due) {
    sent.add(new Sent(number, due, now));
  }

  @Test
  void eachEventIsSentOnceWhenItIsDue() {
    Histogram delays =
        new Sender(this::take, () -> now, nanos -> now += Math.max(1, nanos / 1000))
            .send(ARRIVALS, START + 500_000);

    assertThat(sent).extracting(Sent::number).containsExactlyElementsOf(numbers(40, 140));
    assertThat(sent).allSatisfy(s -> assertThat(s.at()).isEqualTo(s.due()));
    assertThat(sent.get(99).due()).isEqualTo(START + 990_000);
    assertThat(delays.getTotalCount()).as("after the warm-up").isEqualTo(50);
    assertThat(delays.getMaxValue()).isZero();
  }

  @Test
  void whatASleeperMissedIsSentWithTheTimeWhenItWasDue() {
    Histogram delays =
        new Sender(this::take, () -> now, nanos -> now += now < START + 300_000 ? 1_000 : 500_000)
            .send(ARRIVALS, START);

    assertThat(sent).extracting(Sent::number).containsExactlyElementsOf(numbers(40, 140));
    for (Sent s : sent) {
      assertThat(s.due()).isEqualTo(START + 10_000 * (s.number() - 40));
      assertThat(s.at()).isGreaterThanOrEqualTo(s.due());
    }
    assertThat((double) delays.getMaxValue()).isBetween(480_000.0, 501_000.0);
  }

  @Test
  void outletThatBlocksPutsOffNoArrival() {
    new Sender(
            (number, due) -> {
              take(number, due);
              now += number == 50 ? 2_000_000 : 0;
            },
            () -> now,
            nanos -> now += 1_000)
        .send(ARRIVALS, START);

    assertThat(sent).extracting(Sent::number).containsExactlyElementsOf(numbers(40, 140));
    assertThat(sent.get(99).due()).isEqualTo(START + 990_000);
    assertThat(sent.get(99).at()).isGreaterThanOrEqualTo(START + 2_100_000);
  }

  private static List<Long> numbers(long from, long to) {
    List<Long> numbers = new ArrayList<>();
    for (long n = from; n < to; n++) {
      numbers.add(n);
    }
    return numbers;
  }
}
