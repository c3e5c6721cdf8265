package dev.offramp.bench.micro;

import dev.offramp.runtime.ExitState;
import dev.offramp.runtime.Exits;
import dev.offramp.runtime.Gate;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Measure;
import java.util.Map;
import java.util.Random;
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

/**
 * The decision at an exit: stacked logits to probabilities, measures, gate. Time is that of one
 * exit, the mean over an event that passes all of them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GateBenchmark {
  /** The demo's topics, and CLINC150's intents. */
  @Param({"25", "150"})
  int classes;

  /** What decides; none of them lets the event go early. */
  @Param({"threshold", "linear", "foresight"})
  String gate;

  private Exits exits;
  private ExitState state;

  /** Makes a network and an event. */
  @Setup
  public void setUp() {
    Gate shut =
        switch (gate) {
          case "threshold" -> new Gate.Threshold(Measure.MAX_PROBABILITY, 2);
          case "linear" -> new Gate.Linear(Map.of(Measure.LOGIT, 1.0), -1000);
          case "foresight" -> new Gate.Foreseeing(0.1, -1000);
          default -> throw new IllegalArgumentException("no such gate: " + gate);
        };
    Manifest manifest = MadeUp.manifest(classes, shut);
    exits = new Exits(manifest, manifest.point("p1"));
    state = new ExitState(manifest.exits(), classes);
    float[] logits = MadeUp.floats(new Random(1), manifest.exits() * classes);
    System.arraycopy(logits, 0, state.logits(), 0, logits.length);
  }

  /** An event that passes every exit; gives how many. */
  @Benchmark
  @OperationsPerInvocation(MadeUp.EXITS)
  public int decide() {
    state.rewind();
    while (!exits.leaves(state)) {
      // The next exit's logits are there already.
    }
    return state.exits();
  }
}
