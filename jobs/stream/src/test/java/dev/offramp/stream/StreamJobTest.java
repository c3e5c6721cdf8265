package dev.offramp.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.offramp.kit.LocalKafka;
import dev.offramp.runtime.BundleException;
import dev.offramp.runtime.TinyBundle;
import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.FailureStage;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.Reason;
import dev.offramp.stream.options.Options;
import dev.offramp.stream.options.OptionsException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamJobTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int EVENTS = 200;

  @TempDir private static Path folder;
  private static Path bundle;
  private static LocalKafka kafka;

  @BeforeAll
  static void start() throws Exception {
    bundle = folder.resolve("tiny");
    TinyBundle.writeText(bundle);
    kafka = LocalKafka.start();
    for (String topic : List.of("events", "predictions", "dead-letters")) {
      kafka.createTopic(topic, 2);
    }
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void everyEventIsPredictedOnceOrADeadLetter() throws Exception {
    Random random = new Random(3);
    try (var producer = kafka.producer()) {
      for (int i = 0; i < EVENTS; i++) {
        Event event = new Event("e" + i, TinyBundle.text(random), null, null);
        producer
            .send(
                new ProducerRecord<>(
                    "events", ("e" + i).getBytes(UTF_8), EventFormatTest.avro(event)))
            .get();
      }
      Event blank = new Event("blank", " ", null, null);
      producer.send(new ProducerRecord<>("events", EventFormatTest.avro(blank))).get();
      producer.send(new ProducerRecord<>("events", new byte[] {1})).get();
    }

    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment();
    StreamJob.build(
        env,
        options("operators.count=2", "parallelism=2", "checkpoint.interval=200 ms", "device=cpu"));
    JobClient job = env.executeAsync("test");
    List<Prediction> predictions = new ArrayList<>();
    List<DeadLetter> letters = new ArrayList<>();
    try (var reader = kafka.reader("predictions");
        var deadReader = kafka.reader("dead-letters")) {
      for (var record : reader.read(EVENTS, PATIENCE)) {
        predictions.add(KafkaEndsTest.read(Prediction.class, record.value()));
      }
      for (var record : deadReader.read(2, PATIENCE)) {
        letters.add(KafkaEndsTest.read(DeadLetter.class, record.value()));
      }
    } finally {
      job.cancel().get();
    }

    assertThat(predictions)
        .hasSize(EVENTS)
        .allSatisfy(p -> assertThat(TinyBundle.LABELS).contains(p.getLabel()));
    assertThat(predictions.stream().map(Prediction::getEventId).collect(Collectors.toSet()))
        .hasSize(EVENTS);
    assertThat(letters)
        .extracting(DeadLetter::getStage, DeadLetter::getReason)
        .containsExactlyInAnyOrder(
            tuple(FailureStage.VALIDATE, Reason.EMPTY_TEXT),
            tuple(FailureStage.DECODE, Reason.UNDECODABLE));
  }

  @Test
  void everyOperatorHasAUidAndNoDataTypeIsLeftToKryo() {
    Configuration flink = new Configuration();
    flink.set(PipelineOptions.GENERIC_TYPES, false);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(flink);
    assemble(env, options("operators.count=2"));
    StreamGraph graph = env.getStreamGraph();

    assertThat(graph.getStreamNodes())
        .filteredOn(node -> !node.getOperatorName().contains("Committer"))
        .extracting(StreamNode::getTransformationUID)
        .isNotEmpty()
        .doesNotContainNull()
        .contains("events");
    assertThat(graph.getStreamNodes())
        .extracting(StreamNode::getOperatorName)
        .anySatisfy(name -> assertThat(name).contains("events"))
        .anySatisfy(name -> assertThat(name).contains("predictions"))
        .anySatisfy(name -> assertThat(name).contains("dead letters"));
  }

  @Test
  void pointOrLevelThatTheBundleLacksIsAWrongOption() {
    assertThatThrownBy(() -> assemble("point=nowhere"))
        .isInstanceOf(OptionsException.class)
        .hasMessageContaining("no operating point 'nowhere'");
    assertThatThrownBy(() -> assemble("confidence.level=0.123"))
        .isInstanceOf(OptionsException.class)
        .hasMessageContaining("0.123");
  }

  @Test
  void bundleThatIsNotThereIsToldByItsPath() {
    assertThatThrownBy(() -> assemble("bundle=" + folder.resolve("none")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(folder.resolve("none").toString());
  }

  @Test
  void exitCodesTellWrongUseFromFailure() throws Exception {
    Path config = Files.writeString(folder.resolve("job.yaml"), StreamOptionsTest.LEAST);
    String at = "-Dkafka.bootstrap.servers=" + kafka.bootstrapServers();

    assertThat(run(0, "--help")).contains("| `source.topic` |");
    assertThat(run(2)).contains("usage: ");
    assertThat(run(2, "--config", "none.yaml")).contains("no file none.yaml");
    assertThat(run(2, "--config", config.toString(), "-D", "latency.buget=1 s"))
        .contains("did you mean latency.budget?")
        .doesNotContain("\tat ");
    String there = "-Dbundle=" + bundle;
    assertThat(run(1, "--config", config.toString(), at, there, "-Dsource.topic=event"))
        .contains("topic event ")
        .doesNotContain("\tat ");
    // The bundle comes before the brokers, which take longer to get right.
    assertThat(run(1, "--config", config.toString(), at, "-D", "source.topic=event"))
        .contains("/models/intents")
        .doesNotContain("\tat ");
    assertThat(run(2, "--config", config.toString(), there, "-Dpoint=nowhere"))
        .contains("no operating point 'nowhere'")
        .doesNotContain("\tat ");
  }

  private static String run(int code, String... args) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, UTF_8);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment();
    assertThat(StreamJob.run(env, args, out, out)).as(Arrays.toString(args)).isEqualTo(code);
    return bytes.toString(UTF_8);
  }

  private static void assemble(String... overrides) {
    assemble(StreamExecutionEnvironment.createLocalEnvironment(), options(overrides));
  }

  private static void assemble(StreamExecutionEnvironment env, Options options) {
    StreamJob.assemble(
        env,
        options,
        events -> StreamJob.classify(events, options),
        SourceOffsets.unresolved(options),
        KafkaEndsTest.LARGEST_PREDICTION);
  }

  private static Options options(String... overrides) {
    List<String> all =
        new ArrayList<>(
            List.of("bundle=" + bundle, "kafka.bootstrap.servers=" + kafka.bootstrapServers()));
    all.addAll(List.of(overrides));
    return StreamOptions.all().read("job.yaml", StreamOptionsTest.LEAST, all, Map.of());
  }
}
