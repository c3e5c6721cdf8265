package dev.offramp.bench.micro;

import dev.offramp.runtime.Scores;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What an exit does to the scores of one event. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ScoresBenchmark {
  /** The demo's topics, and CLINC150's intents. */
  @Param({"25", "150"})
  int classes;

  private float[] logits;
  private float[] scores;

  /** Makes scores. */
  @Setup
  public void setUp() {
    logits = MadeUp.floats(new Random(1), classes);
    scores = new float[classes];
  }

  /** Softmax, with the copy that keeps the logits. */
  @Benchmark
  public float[] softmax() {
    System.arraycopy(logits, 0, scores, 0, classes);
    Scores.softmax(scores);
    return scores;
  }
}
