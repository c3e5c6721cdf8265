package dev.offramp.bench.micro;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Benchmarks of single steps of the hot path by JMH, each in a JVM of its own: what an event costs
 * beside its stages. JMH prints what it does and its table.
 */
public final class Micro {
  private static final List<Class<?>> ALONE = List.of(ScoresBenchmark.class, GateBenchmark.class);
  private static final List<Class<?>> ON_A_BUNDLE =
      List.of(
          BatchingBenchmark.class,
          GatherBenchmark.class,
          SerializerBenchmark.class,
          PredictionBenchmark.class);

  private Micro() {}

  /**
   * Runs benchmarks: each some eight seconds for each of its parameters.
   *
   * @param bundle folder of one that reads texts; null: those that need none
   * @param json receives the figures in JMH's form; null: nothing does
   * @throws IllegalStateException JMH fails; its output says why
   */
  public static void run(Path bundle, Path json) {
    run(
        options(bundle, json)
            .forks(1)
            .warmupIterations(3)
            .measurementIterations(5)
            .warmupTime(TimeValue.seconds(1))
            .measurementTime(TimeValue.seconds(1)));
  }

  /** Which benchmarks on what; how long is left to say. */
  static ChainedOptionsBuilder options(Path bundle, Path json) {
    ChainedOptionsBuilder options = new OptionsBuilder().shouldFailOnError(true);
    Stream<Class<?>> chosen = ALONE.stream();
    if (bundle != null) {
      chosen = Stream.concat(chosen, ON_A_BUNDLE.stream());
      options.param("bundle", bundle.toAbsolutePath().toString());
    }
    chosen.forEach(c -> options.include("^" + c.getName().replace(".", "\\.") + "\\."));
    if (json != null) {
      options.resultFormat(ResultFormatType.JSON).result(json.toString());
    }
    return options;
  }

  static void run(ChainedOptionsBuilder options) {
    try {
      new Runner(options.build()).run();
    } catch (RunnerException e) {
      throw new IllegalStateException("the benchmarks failed: " + e.getMessage(), e);
    }
  }
}
