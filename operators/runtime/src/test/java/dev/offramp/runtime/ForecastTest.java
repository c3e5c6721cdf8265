package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ForecastTest {
  @Test
  void nothingIsForecastUntilSomethingWasSeen() {
    assertThat(new Forecast().micros(64)).isZero();
  }

  @Test
  void sizeThatWasSeenIsItsMovingMean() {
    Forecast forecast = new Forecast();
    forecast.observe(64, 1000);
    assertThat(forecast.micros(100)).isEqualTo(1000);
    forecast.observe(127, 2000);
    assertThat(forecast.micros(64)).isEqualTo(1100);
  }

  @Test
  void sizeThatWasNotSeenIsTheNearestSmaller() {
    Forecast forecast = new Forecast();
    forecast.observe(16, 300);
    forecast.observe(256, 4000);
    assertThat(forecast.micros(128)).isEqualTo(300);
    assertThat(forecast.micros(100_000)).isEqualTo(4000);
    assertThat(forecast.micros(8)).isZero();
  }
}
