package dev.offramp.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offramp.runtime.TinyBundle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.options.TimeValue;

class MicroTest {
  @TempDir private Path folder;

  /** The names of the benchmarks that ran, once and as short as may be, in this JVM. */
  private Set<String> run(Path bundle) throws IOException {
    Path json = folder.resolve("micro.json");
    Micro.run(
        Micro.options(bundle, json)
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(1)));
    Set<String> names = new TreeSet<>();
    for (JsonNode result : new ObjectMapper().readTree(json.toFile())) {
      assertThat(result.get("primaryMetric").get("score").asDouble()).isPositive();
      String name = result.get("benchmark").asText();
      names.add(name.substring(MicroTest.class.getPackageName().length() + 1));
    }
    return names;
  }

  @Test
  void withoutABundleThoseRunThatNeedNone() throws IOException {
    assertThat(run(null)).containsExactly("GateBenchmark.decide", "ScoresBenchmark.softmax");
  }

  @Test
  void withABundleAllRun() throws IOException {
    TinyBundle.writeText(folder.resolve("tiny"));

    assertThat(run(folder.resolve("tiny")))
        .containsExactly(
            "BatchingBenchmark.batch",
            "GateBenchmark.decide",
            "GatherBenchmark.handOn",
            "GatherBenchmark.run",
            "PredictionBenchmark.decode",
            "PredictionBenchmark.encode",
            "ScoresBenchmark.softmax",
            "SerializerBenchmark.read",
            "SerializerBenchmark.write");
  }

  @Test
  void aBenchmarkThatFailsFailsTheRun() {
    assertThatThrownBy(() -> run(folder.resolve("none")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the benchmarks failed");
  }

  @Test
  void gatesPassTheEventThroughEveryExit() {
    for (String gate : new String[] {"threshold", "linear", "foresight"}) {
      GateBenchmark benchmark = new GateBenchmark();
      benchmark.classes = 25;
      benchmark.gate = gate;
      benchmark.setUp();

      assertThat(benchmark.decide()).isEqualTo(MadeUp.EXITS);
      assertThat(benchmark.decide()).isEqualTo(MadeUp.EXITS);
    }
  }
}
