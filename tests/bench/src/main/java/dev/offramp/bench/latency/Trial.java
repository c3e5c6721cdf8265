package dev.offramp.bench.latency;

import dev.offramp.bench.Workload;
import dev.offramp.runtime.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Sends the events of one schedule through a job, waits until all have come out, and says how it
 * went. The next trial finds the job idle. One thread.
 */
final class Trial {
  /** Patience with a job that makes no progress. */
  private static final Duration STALLED = Duration.ofSeconds(60);

  private static final Duration GLANCE = Duration.ofMillis(20);
  private static final Duration LEAD = Duration.ofMillis(20);

  private final JobUnderLoad job;
  private final Workload workload;
  private final Ticker ticker;
  private final Consumer<Duration> pause;

  /**
   * How it went.
   *
   * @param windows what came in and out when
   */
  record Outcome(Cell cell, List<Window> windows) {}

  Trial(JobUnderLoad job, Workload workload, Ticker ticker) {
    this(job, workload, ticker, length -> LockSupport.parkNanos(length.toNanos()));
  }

  Trial(JobUnderLoad job, Workload workload, Ticker ticker, Consumer<Duration> pause) {
    this.job = job;
    this.workload = workload;
    this.ticker = ticker;
    this.pause = pause;
  }

  /**
   * Runs a schedule.
   *
   * @param warmUp events that arrive before don't count
   * @param load to be written down
   * @throws IllegalStateException an event was lost, came out twice or could not be served, or the
   *     job ended
   */
  Outcome run(Schedule schedule, Duration warmUp, Duration budget, double load) throws Exception {
    Arrivals arrivals = new Arrivals(schedule, job.next(), ticker.micros() + micros(LEAD));
    long measureFrom = arrivals.startMicros() + micros(warmUp);
    Emissions emissions = new Emissions(arrivals, measureFrom, micros(budget), workload::truth);
    job.listen(emissions::emitted);
    long cpu = ThreadTime.nanos(JobUnderLoad.CLIENT);
    Histogram delays =
        new Sender(job, ticker, nanos -> pause.accept(Duration.ofNanos(nanos)))
            .send(arrivals, measureFrom);
    double cpuShare =
        (ThreadTime.nanos(JobUnderLoad.CLIENT) - cpu)
            / 1e3
            / (ticker.micros() - arrivals.startMicros())
            / Runtime.getRuntime().availableProcessors();
    awaitAll(emissions);
    Cell cell =
        new Cell(
            budget.toNanos() / 1e6,
            load,
            schedule.events() * 1e6 / schedule.lengthMicros(),
            emissions.figures(),
            emissions.backlogAtBegin(),
            emissions.backlogAtEnd(),
            new Cell.Sending(
                delays.getValueAtPercentile(99) / 1e3, delays.getMaxValue() / 1e3, cpuShare));
    return new Outcome(cell, emissions.windows());
  }

  private void awaitAll(Emissions emissions) throws Exception {
    long missing = Long.MAX_VALUE;
    long progress = ticker.micros();
    while (true) {
      job.check();
      if (emissions.fault() != null) {
        throw new IllegalStateException(emissions.fault());
      }
      long now = emissions.missing();
      if (now == 0) {
        return;
      }
      if (now < missing) {
        missing = now;
        progress = ticker.micros();
      }
      if (ticker.micros() - progress > micros(STALLED)) {
        throw new IllegalStateException(
            "%d events have no prediction, and none came for %d s: lost, or the job hangs; its log says more"
                .formatted(missing, STALLED.toSeconds()));
      }
      pause.accept(GLANCE);
    }
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1000;
  }
}
