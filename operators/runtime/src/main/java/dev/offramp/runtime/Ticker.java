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

  /** An instant in microseconds since the epoch. */
  static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1000);
  }

  /** The instant of so many microseconds since the epoch. */
  static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000L);
  }
}
