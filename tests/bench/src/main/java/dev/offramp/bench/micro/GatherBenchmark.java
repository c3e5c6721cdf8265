package dev.offramp.bench.micro;

import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.InFlight;
import dev.offramp.runtime.Intake;
import dev.offramp.runtime.Spares;
import dev.offramp.runtime.StageRunner;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Stage 0 on a batch, and its hidden states back to the events that go on; time is that of one
 * event. Where stage 0 is the embeddings alone, its run is little more than gathering.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GatherBenchmark {
  static final int ROWS = 16;

  /** Folder of a bundle that reads texts. */
  @Param("")
  String bundle;

  private StageRunner runner;
  private Spares spares;
  private List<InFlight> events;

  /** Loads stage 0 and runs it once, so that there is something to hand on. */
  @Setup
  public void setUp() {
    Bundle opened = MadeUp.bundle(bundle);
    spares = new Spares(opened.manifest());
    try (Intake intake = Intake.open(opened)) {
      events = MadeUp.events(intake, ROWS);
    }
    runner = new StageRunner(opened, 0, Device.CPU);
    runner.run(events);
  }

  /** Unloads the stage. */
  @TearDown
  public void tearDown() {
    runner.close();
  }

  /** Gathers and computes. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public List<InFlight> run() {
    runner.run(events);
    return events;
  }

  /** Copies the hidden states of the last batch to all of its events. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public List<InFlight> handOn() {
    for (int row = 0; row < ROWS; row++) {
      runner.handOn(events.get(row), row, spares);
    }
    return events;
  }
}
