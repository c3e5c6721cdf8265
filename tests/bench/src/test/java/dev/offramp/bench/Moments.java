package dev.offramp.bench;

import dev.offramp.bench.Snapshot.Used;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;

/** A clock of moments that are a second apart, in each of which one runner thread does as much. */
final class Moments implements Supplier<Snapshot> {
  static final long RUNNER_NANOS = 800_000_000;
  static final long RUNNER_BYTES = 5000;
  private long taken;

  @Override
  public Snapshot get() {
    taken++;
    return new Snapshot(
        taken * 1_000_000_000L,
        Instant.ofEpochSecond(taken),
        taken * 1_000_000_000L,
        taken * 10,
        taken * 1000,
        Map.of(7L, new Used(ThreadKind.RUNNER, taken * RUNNER_NANOS, taken * RUNNER_BYTES)));
  }
}
