package dev.offramp.bench.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  @Test
  void eventsOfOneRateAreEvenlySpacedFromTheBegin() {
    Schedule schedule = Schedule.steady(100, Duration.ofSeconds(2));

    assertThat(schedule.events()).isEqualTo(200);
    assertThat(schedule.lengthMicros()).isEqualTo(2_000_000);
    assertThat(schedule.dueMicros(0)).isZero();
    assertThat(schedule.dueMicros(1)).isEqualTo(10_000);
    assertThat(schedule.dueMicros(199)).isEqualTo(1_990_000);
  }

  @Test
  void burstIsTenTimesAsDenseAndEndsWhenItShould() {
    Schedule schedule =
        Schedule.steady(100, Duration.ofSeconds(1))
            .then(1000, Duration.ofSeconds(1))
            .then(100, Duration.ofSeconds(1));

    assertThat(schedule.events()).isEqualTo(1200);
    assertThat(schedule.dueMicros(100)).isEqualTo(1_000_000);
    assertThat(schedule.dueMicros(101)).isEqualTo(1_001_000);
    assertThat(schedule.dueMicros(1100)).isEqualTo(2_000_000);
    assertThat(schedule.dueMicros(1101)).isEqualTo(2_010_000);
  }

  @Test
  void rateThatDoesNotDivideTheLengthBeginsNoEventAfterTheEnd() {
    Schedule schedule = Schedule.steady(3, Duration.ofMillis(500));

    assertThat(schedule.events()).isEqualTo(2);
    assertThat(schedule.dueMicros(1)).isEqualTo(333_333);
  }

  @Property(tries = 200)
  void asManyAreDueAsHaveTheirTimeBehindThem(
      @ForAll @DoubleRange(min = 0.5, max = 50_000) double rate,
      @ForAll @DoubleRange(min = 0.5, max = 50_000) double then,
      @ForAll @IntRange(min = 1, max = 3_000) int millis,
      @ForAll @IntRange(min = 0, max = 6_500_000) int at) {
    Duration length = Duration.ofMillis(millis);
    Schedule schedule = Schedule.steady(rate, length).then(then, length);

    long due = schedule.dueBy(at);

    assertThat(due == 0 || schedule.dueMicros(due - 1) <= at).isTrue();
    assertThat(due == schedule.events() || schedule.dueMicros(due) > at).isTrue();
    assertThat(schedule.dueBy(-1)).isZero();
    assertThat(schedule.dueBy(schedule.lengthMicros())).isEqualTo(schedule.events());
    assertThat((double) schedule.events()).isCloseTo((rate + then) * millis / 1e3, within(1.0));
  }

  @Test
  void rateAndLengthMustBePositive() {
    assertThatThrownBy(() -> Schedule.steady(0, Duration.ofSeconds(1)))
        .hasMessage("a rate must be positive and finite: 0.0 events/s");
    assertThatThrownBy(() -> Schedule.steady(Double.NaN, Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Schedule.steady(1, Duration.ZERO))
        .hasMessage("a stretch's length must be positive: PT0S");
  }
}
