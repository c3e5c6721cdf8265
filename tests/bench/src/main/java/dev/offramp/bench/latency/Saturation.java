package dev.offramp.bench.latency;

import dev.offramp.runtime.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures a job's capacity: always has events waiting for it, as many as it takes, and counts what
 * comes out. One thread.
 */
final class Saturation {
  /** More than the operators hold and a fetch brings, at any rate seen: the job never waits. */
  private static final long AHEAD = 4_000;

  private static final Duration STEP = Duration.ofMillis(1);

  private final JobUnderLoad job;
  private final Ticker ticker;

  Saturation(JobUnderLoad job, Ticker ticker) {
    this.job = job;
    this.ticker = ticker;
  }

  /**
   * Events a second. Leaves the job with events that wait: it is good for nothing else.
   *
   * @param warmUp before counting begins
   * @param length of counting
   */
  double eventsPerSecond(Duration warmUp, Duration length) throws Exception {
    LongAdder emitted = new LongAdder();
    job.listen((prediction, now) -> emitted.increment());
    long before = job.next();
    feed(before, emitted, warmUp);
    long begin = ticker.micros();
    long from = emitted.sum();
    feed(before, emitted, length);
    long counted = emitted.sum() - from;
    double seconds = (ticker.micros() - begin) / 1e6;
    job.check();
    if (counted == 0) {
      throw new IllegalStateException(
          "no prediction came out in %.1f s of saturation; the job's log says more"
              .formatted(seconds));
    }
    return counted / seconds;
  }

  private void feed(long before, LongAdder emitted, Duration length) {
    long end = ticker.micros() + length.toNanos() / 1000;
    while (ticker.micros() < end) {
      while (job.next() - before - emitted.sum() < AHEAD) {
        job.send(job.next(), ticker.micros());
      }
      LockSupport.parkNanos(STEP.toNanos());
    }
  }
}
