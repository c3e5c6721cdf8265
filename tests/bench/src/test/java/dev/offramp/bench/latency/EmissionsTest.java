package dev.offramp.bench.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.offramp.schemas.ExitReason;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EmissionsTest {
  private static final long START = 5_000_000;
  private static final long BUDGET = 50_000;
  private static final long WARM_UP = 500_000;

  /** Events 1000 to 1199, one each 10 ms, the first 50 to warm up. */
  private final Arrivals arrivals =
      new Arrivals(Schedule.steady(100, Duration.ofSeconds(2)), 1000, START);

  private final Emissions emissions =
      new Emissions(arrivals, START + WARM_UP, BUDGET, id -> "north");

  private void emit(long number, long latencyMicros) {
    emissions.emitted(Predictions.of(number), arrivals.dueMicros(number) + latencyMicros);
  }

  @Test
  void percentilesAreOfLatenciesFromTheScheduleAndWithoutTheWarmUp() {
    for (int i = 0; i < 200; i++) {
      emit(1000 + i, i < 50 ? 900_000 : i < 185 ? 10_000 : i < 199 ? 60_000 : 700_000);
    }

    LatencyFigures figures = emissions.figures();
    assertThat(emissions.missing()).isZero();
    assertThat(emissions.fault()).isNull();
    assertThat(figures.events()).isEqualTo(150);
    assertThat(figures.p50Millis()).isEqualTo(10, offset(0.02));
    assertThat(figures.p99Millis()).isEqualTo(60, offset(0.1));
    assertThat(figures.p999Millis()).isEqualTo(700, offset(1.0));
    assertThat(figures.maxMillis()).isEqualTo(700, offset(1.0));
    assertThat(figures.shareLate()).isEqualTo(0.1, offset(1e-9));
  }

  @Test
  void consumerThatStalledForASecondShowsAsLatencyOfAllThatArrivedMeanwhile() {
    for (int i = 0; i < 200; i++) {
      long due = arrivals.dueMicros(1000 + i);
      long stalled = START + 1_500_000;
      emissions.emitted(
          Predictions.of(1000 + i), due < START + WARM_UP ? due : Math.max(due, stalled));
    }

    LatencyFigures figures = emissions.figures();
    assertThat(figures.maxMillis()).isEqualTo(1000, offset(2.0));
    assertThat(figures.p50Millis()).isEqualTo(250, offset(15.0));
    assertThat(figures.shareLate()).isEqualTo(95.0 / 150, offset(0.01));
  }

  @Test
  void sharesAreOfTheEventsMeasured() {
    for (int i = 0; i < 200; i++) {
      boolean third = i % 3 == 0;
      emissions.emitted(
          Predictions.of(
              1000 + i,
              i % 2 == 0 ? "north" : "east",
              third ? ExitReason.DEADLINE : ExitReason.GATE,
              i >= 170,
              third ? "half" : "full"),
          arrivals.dueMicros(1000 + i));
    }

    LatencyFigures figures = emissions.figures();
    assertThat(figures.accuracy()).isEqualTo(0.5);
    assertThat(figures.shareForced()).isEqualTo(50 / 150.0);
    assertThat(figures.shareMarkedLate()).isEqualTo(30 / 150.0);
    assertThat(figures.shareLate()).isZero();
    assertThat(figures.meanCost()).isEqualTo(0.25, offset(1e-9));
    assertThat(figures.points()).isEqualTo(Map.of("half", 50 / 150.0, "full", 100 / 150.0));
  }

  @Test
  void backlogIsWhatArrivedAndDidNotComeOut() {
    for (int i = 0; i < 200; i++) {
      emit(1000 + i, i < 100 ? 105_000 : 1_005_000);
    }

    // Arrived up to .5 s are 51 events, and those of the last 105 ms are still inside.
    assertThat(emissions.backlogAtBegin()).isEqualTo(11);
    assertThat(emissions.backlogAtEnd()).isEqualTo(100);
    assertThat(emissions.windows()).hasSize(10);
    Window first = emissions.windows().get(0);
    assertThat(first.arrivedPerSecond()).isEqualTo(100);
    assertThat(first.emittedPerSecond()).isEqualTo(50);
    assertThat(first.backlog()).isEqualTo(10);
    assertThat(first.p99Millis()).isEqualTo(105, offset(0.2));
    Window none = emissions.windows().get(8);
    assertThat(none.p99Millis()).isNull();
    assertThat(none.within(1000)).isFalse();
    assertThat(none.backlog()).isEqualTo(80);
  }

  @Test
  void secondPredictionOfAnEventIsAFault() {
    emit(1003, 1000);
    emit(1003, 2000);

    assertThat(emissions.fault()).startsWith("event 1003 has two predictions: ");
    assertThat(emissions.missing()).isEqualTo(199);
  }

  @Test
  void predictionOfAnEventThatWasNotSentIsAFault() {
    emissions.emitted(Predictions.of(999), START);

    assertThat(emissions.fault()).startsWith("event 999 has a prediction but was not sent now: ");
    assertThat(emissions.missing()).isEqualTo(200);
  }
}
