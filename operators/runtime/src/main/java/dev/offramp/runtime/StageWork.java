package dev.offramp.runtime;

import java.util.List;

/** What a stage has done so far. Written by the thread of its engine, read by any. */
public final class StageWork {
  private final int stage;
  private volatile long batches;
  private volatile long events;
  private volatile long tokens;
  private volatile long padded;
  private volatile long micros;
  private volatile double error;
  private volatile long failed;
  private volatile long limit;

  StageWork(int stage) {
    this.stage = stage;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
  void add(List<InFlight> batch, int longest, long tookMicros, double forecastError) {
    for (InFlight event : batch) {
      tokens += event.length();
    }
    batches++;
    events += batch.size();
    padded += (long) batch.size() * longest;
    micros += tookMicros;
    error = forecastError;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
  void addFailure() {
    failed++;
  }

  void limit(long tokens) {
    limit = tokens;
  }

  /** Which stage, from 0. */
  public int stage() {
    return stage;
  }

  /** Calls that went well. */
  public long batches() {
    return batches;
  }

  /** Rows in all calls. */
  public long events() {
    return events;
  }

  /** Tokens of these events. */
  public long tokens() {
    return tokens;
  }

  /** Tokens computed: padding included. */
  public long padded() {
    return padded;
  }

  /** Time in calls, microseconds. */
  public long micros() {
    return micros;
  }

  /** By how much forecasts of its time missed lately; see {@link CostCurve#error}. */
  public double forecastError() {
    return error;
  }

  /** Calls that failed, those among them that were made to find the event at fault. */
  public long failed() {
    return failed;
  }

  /** Padded tokens of a batch at most; less than usual after memory ran out. */
  public long limit() {
    return limit;
  }
}
