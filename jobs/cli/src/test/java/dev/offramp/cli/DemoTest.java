package dev.offramp.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offramp.fit.data.Cache;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command, smaller: learns from real data, streams, counts. */
@Timeout(600)
class DemoTest {
  @TempDir Path folder;

  @Test
  void everyEventIsPredictedOnceAndTheFiguresHold() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Console console =
        new Console(new PrintStream(out, true, StandardCharsets.UTF_8), /* live= */ true);
    Demo demo = new Demo(new Cache(folder), console);
    Demo.Result result = demo.run("minilm", 2500, 1500, false, List.of());
    assertThat(result.sound()).isTrue();

    JsonNode json = new ObjectMapper().valueToTree(result);
    List<String> fields = new ArrayList<>();
    json.fieldNames().forEachRemaining(fields::add);
    assertThat(fields)
        .containsExactlyInAnyOrder(
            "sent",
            "predicted",
            "duplicated",
            "deadLettered",
            "accuracy",
            "fullDepthAccuracy",
            "meanCost",
            "exits",
            "confidenceLevel",
            "coverage",
            "meanSetSize",
            "ece",
            "eventsPerSecond",
            "latencyMillis",
            "secondsToFirstPrediction");
    assertThat(json.get("sent").asInt()).isEqualTo(1500);
    assertThat(json.get("predicted").asInt()).isEqualTo(1500);
    assertThat(json.get("duplicated").asInt()).isZero();
    assertThat(json.get("deadLettered").asInt()).isZero();
    assertThat(json.get("fullDepthAccuracy").asDouble()).isGreaterThan(0.6);
    assertThat(json.get("accuracy").asDouble())
        .isCloseTo(json.get("fullDepthAccuracy").asDouble(), within(0.05));
    assertThat(json.get("meanCost").asDouble()).isBetween(0.0, 0.9);
    assertThat(json.get("coverage").asDouble()).isBetween(0.9, 1.0);
    int used = 0;
    for (JsonNode exit : json.get("exits")) {
      used += exit.get("share").asDouble() > 0 ? 1 : 0;
    }
    assertThat(used).isGreaterThanOrEqualTo(3);
    assertThat(json.get("latencyMillis").get("p50").asDouble())
        .isLessThanOrEqualTo(json.get("latencyMillis").get("p99").asDouble());
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("1500 events sent, 1500 predicted", "web UI http://127.0.0.1:", "learning heads");
  }
}
