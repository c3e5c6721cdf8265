package dev.offramp.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.flink.PredictionSize;
import dev.offramp.kit.LocalKafka;
import dev.offramp.runtime.TinyBundle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordSizeCheckTest {
  private static final String MAX = "max.message.bytes";

  @TempDir private static Path bundle;
  private static LocalKafka kafka;

  @BeforeAll
  static void start() throws Exception {
    TinyBundle.writeText(bundle);
    kafka = LocalKafka.start();
    List.of("events", "predictions", "dead-letters").forEach(name -> kafka.createTopic(name, 1));
    kafka.createTopic("small", 1, Map.of(MAX, "1000"));
    kafka.createTopic("medium", 1, Map.of(MAX, "9000"));
    kafka.createTopic("enough", 1, Map.of(MAX, "9344"));
    kafka.createTopic("large", 1, Map.of(MAX, "3000000"));
    kafka.createTopic("compacted", 1, Map.of("cleanup.policy", "compact,delete"));
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void defaultsPassWithoutAWarning() {
    assertThat(warnings()).isEmpty();
  }

  @Test
  void deadLetterTopicThatTakesLessThanTheMinimumIsRefused() {
    assertThatThrownBy(() -> check("dead.letters.topic=medium"))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "topic medium takes dead letters of 7886 bytes, the job needs 8192: max.message.bytes=9000 of topic medium is too small (compression can let data grow by an eighth). Raise it, or use another topic");
    assertThatCode(() -> check("dead.letters.topic=enough")).doesNotThrowAnyException();
    assertThatThrownBy(() -> check("kafka.max.request.size=5000"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("kafka.max.request.size=5000 is too small");
  }

  @Test
  void compactedDeadLetterTopicIsRefused() {
    assertThatThrownBy(() -> check("dead.letters.topic=compacted"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("topic compacted (dead.letters.topic) is compacted");
    assertThatCode(() -> check("sink.topic=compacted")).doesNotThrowAnyException();
  }

  @Test
  void sinkTopicThatDoesNotTakeThisBundlesPredictionsIsRefused() {
    assertThatThrownBy(() -> check("sink.topic=small"))
        .isInstanceOf(StartException.class)
        .hasMessageMatching(
            "topic small is too small for predictions: with an id of 512 bytes they have up to 1[0-9]{3} bytes, and max.message.bytes=1000 of topic small allows 872. Raise it");
  }

  @Test
  void bufferThatHoldsNoBatchIsRefused() {
    assertThatThrownBy(() -> check("kafka.buffer.memory=100000"))
        .isInstanceOf(StartException.class)
        .hasMessage("kafka.buffer.memory must be at least kafka.batch.size: 100000 < 262144");
  }

  @Test
  void batchesThatTheSinkTopicDoesNotTakeAreRefused() {
    assertThatThrownBy(() -> check("sink.topic=enough"))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "kafka.batch.size=262144 is too large: topic enough takes batches of 9216 bytes (max.message.bytes=9344). Set kafka.batch.size to that, or raise the topic's limit");
    assertThatCode(() -> check("sink.topic=enough", "kafka.batch.size=9216"))
        .doesNotThrowAnyException();
  }

  @Test
  void sourceThatTakesLargerRecordsThanTheDeadLettersIsWarnedOf() {
    assertThat(warnings("source.topic=large"))
        .singleElement()
        .asString()
        .contains("Topic large takes records of 3000000 bytes")
        .contains("dead letters can have 1048588 (max.message.bytes of topic dead-letters)")
        .contains("--entity-name dead-letters --add-config max.message.bytes=3383192");
    assertThat(warnings("dead.letters.max.bytes=100000"))
        .singleElement()
        .asString()
        .contains("dead letters can have 100000 (options of the job)");
  }

  private static List<String> warnings(String... overrides) {
    try (WarningCapture capture = WarningCapture.of(RecordSizeCheck.class)) {
      check(overrides);
      return capture.messages();
    }
  }

  private static void check(String... overrides) {
    List<String> all =
        new ArrayList<>(
            List.of("bundle=" + bundle, "kafka.bootstrap.servers=" + kafka.bootstrapServers()));
    all.addAll(List.of(overrides));
    new RecordSizeCheck(
            StreamOptions.all().read("job.yaml", StreamOptionsTest.LEAST, all, Map.of()),
            PredictionSize.largest(bundle.toString()))
        .run();
  }
}
