package dev.offramp.bench.micro;

import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.CostCurve;
import dev.offramp.runtime.InFlight;
import dev.offramp.runtime.Intake;
import dev.offramp.runtime.LengthQueue;
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

/** Into a stage's queue and out of it in batches; time is that of one event. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BatchingBenchmark {
  static final int EVENTS = 128;

  /** Folder of a bundle that reads texts. */
  @Param("")
  String bundle;

  private List<InFlight> events;
  private LengthQueue queue;

  /** Makes events and a queue; the curve bends at 64 tokens. */
  @Setup
  public void setUp() {
    Bundle opened = MadeUp.bundle(bundle);
    try (Intake intake = Intake.open(opened)) {
      events = MadeUp.events(intake, EVENTS);
    }
    CostCurve curve =
        new CostCurve(
            new double[] {16, 32, 64, 128, 256}, new double[] {1000, 1600, 2800, 5500, 11000});
    queue = new LengthQueue(curve, 32);
  }

  /** All events in, then all out; gives the number of batches. */
  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public int batch() {
    for (InFlight event : events) {
      queue.add(event);
    }
    int batches = 0;
    while (queue.size() > 0) {
      queue.worth();
      queue.best();
      batches++;
    }
    return batches;
  }
}
