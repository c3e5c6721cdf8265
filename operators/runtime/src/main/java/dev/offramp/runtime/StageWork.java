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

  /** Which stage, from 0. */
  public int stage() {
    return stage;
  }

  /** Calls. */
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
}
