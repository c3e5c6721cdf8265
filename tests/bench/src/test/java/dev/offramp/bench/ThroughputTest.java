package dev.offramp.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offramp.fit.work.Progress;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.TinyBundle;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All of it, small: a real broker, real jobs, a tiny network. */
@Timeout(300)
class ThroughputTest {
  private static final int SIZE = 400;

  @TempDir Path folder;
  private final List<String> notes = new ArrayList<>();
  private final Progress progress =
      new Progress() {
        @Override
        public void at(String task, long done, long total) {}

        @Override
        public void note(String line) {
          notes.add(line);
        }
      };
  private Bundle bundle;

  @BeforeEach
  void write() throws Exception {
    TinyBundle.writeText(folder.resolve("tiny"));
    bundle = Bundle.open(folder.resolve("tiny"));
  }

  private ThroughputResult run(Throughput.Options options) throws Exception {
    InstantSource noon = () -> Instant.parse("2026-11-24T12:00:00Z");
    return new Throughput(progress, noon)
        .run(bundle, Workloads.asTheWholeNetworkSays(bundle, SIZE), options, folder);
  }

  @Test
  void everyOpponentPredictsEachEventOnceAndFullDepthIsFullDepthHoweverItIsBatched()
      throws Exception {
    ThroughputResult result =
        run(
            new Throughput.Options(
                null, List.of("a", "b", "c", "d", "d-memory"), 1, 0.001, 2, true, List.of()));
    assertThat(result.runs()).extracting(Run::name).containsExactly("a", "b", "c", "d", "d-memory");
    for (Run run : result.runs()) {
      assertThat(run.eventsPerSecond()).isPositive();
      assertThat(run.allocatedBytesPerEvent()).isPositive();
      assertThat(run.peakResidentBytes()).isPositive();
    }
    for (Run full : result.runs().subList(0, 3)) {
      assertThat(full.accuracy()).as("labels of %s", full.name()).isEqualTo(1);
      assertThat(full.meanCost()).isEqualTo(1);
    }
    for (Run batched : result.runs().subList(1, 5)) {
      assertThat(batched.padding()).as("padding of %s", batched.name()).isBetween(0.0, 0.6);
    }
    for (Run early : result.runs().subList(3, 5)) {
      assertThat(early.accuracy()).isBetween(0.3, 0.999);
      assertThat(early.meanCost()).isBetween(0.1, 0.999);
    }
    checkJson(new ObjectMapper().valueToTree(result));
    checkShown(result);
  }

  private static void checkJson(JsonNode json) {
    assertThat(json.get("ratios").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("d/a", "d/b", "d/c", "d/d-memory", "d/ideal", "d-memory/ideal");
    assertThat(json.get("ratios").get("d/c").fieldNames())
        .toIterable()
        .containsExactly("median", "min", "max");
    assertThat(json.get("runs").get(0).fieldNames())
        .toIterable()
        .contains(
            "name",
            "round",
            "eventsPerSecond",
            "accuracy",
            "meanCost",
            "cpuMicrosPerEvent",
            "allocatedBytesPerEvent",
            "peakResidentBytes");
    assertThat(json.get("subject").get("point").asText()).isEqualTo("half");
    assertThat(json.get("subject").get("fullPoint").asText()).isEqualTo("full");
    assertThat(json.get("machine").get("date").asText()).isEqualTo("2026-11-24T12:00:00Z");
    assertThat(json.get("machine").get("cores").asInt()).isPositive();
    assertThat(json.get("machine").get("versions").fieldNames())
        .toIterable()
        .containsExactly("flink", "kafka", "onnxruntime");
    double sum = 0;
    for (JsonNode share : json.get("profile").get("shares")) {
      assertThat(share.asDouble()).isBetween(0.0, 1.0);
      sum += share.asDouble();
    }
    assertThat(sum).isBetween(0.999, 1.001);
  }

  private void checkShown(ThroughputResult result) throws Exception {
    assertThat(notes).anyMatch(n -> n.contains("round 1  d-memory"));
    assertThat(String.join("\n", ThroughputTable.lines(result)))
        .contains("tiny on tiny texts", "point half against full", "100.00 %", "d/a", "CPU of d");
    Path plot = folder.resolve("new/plot.png");
    ThroughputPlot.write(result, plot);
    assertThat(ImageIO.read(plot.toFile()).getWidth()).isEqualTo(1800);
  }

  @Test
  void unknownNamesAreRefusedWithThoseThereAre() {
    assertThatThrownBy(
            () -> run(new Throughput.Options(null, List.of("z"), 1, 1, 1, false, List.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no opponent 'z': there are [a, ");
    assertThatThrownBy(
            () -> run(new Throughput.Options("p9", List.of("d"), 1, 1, 1, false, List.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("p9");
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new Throughput.Options(null, List.of(), 1, 1, 1, false, List.of()))
        .hasMessageContaining("once: []");
    assertThatThrownBy(
            () -> new Throughput.Options(null, List.of("d", "d"), 1, 1, 1, false, List.of()))
        .hasMessageContaining("once: [d, d]");
    assertThatThrownBy(() -> new Throughput.Options(null, List.of("d"), 0, 1, 1, false, List.of()))
        .hasMessageContaining("rounds must be 1 or more: 0");
    assertThatThrownBy(() -> new Throughput.Options(null, List.of("d"), 1, 0, 1, false, List.of()))
        .hasMessageContaining("seconds must be positive: 0.0");
    assertThatThrownBy(() -> new Throughput.Options(null, List.of("d"), 1, 1, 0, false, List.of()))
        .hasMessageContaining("parallelism must be 1 or more: 0");
  }
}
