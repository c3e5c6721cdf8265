package dev.offramp.runtime;

import java.time.Instant;

/**
 * The clock of arrivals, deadlines and waiting, handed in so that tests can turn it. Any thread.
 */
@FunctionalInterface
public interface Ticker {
  /** Now, in microseconds since the epoch. */
  long micros();

  /** The machine's clock. */
  static Ticker system() {
    return () -> micros(Instant.now());
  }

  /**
   * An instant in microseconds since the epoch.
   *
   * @throws ArithmeticException it is more than 292,000 years away
   */
  static long micros(Instant instant) {
    long seconds = instant.getEpochSecond();
    long micros = instant.getNano() / 1000;
    // The first second that a long can count begins before the first microsecond that it can.
    return seconds < 0
        ? Math.addExact(Math.multiplyExact(seconds + 1, 1_000_000L), micros - 1_000_000L)
        : Math.addExact(Math.multiplyExact(seconds, 1_000_000L), micros);
  }

  /** The instant of so many microseconds since the epoch. */
  static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000L);
  }
}
