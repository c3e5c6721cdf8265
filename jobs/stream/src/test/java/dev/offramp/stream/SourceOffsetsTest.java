package dev.offramp.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.kit.Await;
import dev.offramp.kit.CommittedReader;
import dev.offramp.kit.LocalKafka;
import dev.offramp.schemas.MalformedRecordException;
import dev.offramp.schemas.Prediction;
import dev.offramp.stream.options.Options;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the source goes on, when the records that it wants are retained and when they are not. */
class SourceOffsetsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static LocalKafka kafka;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    kafka = LocalKafka.start();
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void restoredOffsetThatHasLeftTheRetentionFailsTheJobAtOnce() throws Exception {
    String savepoint = stoppedAfterTen("expired", "latest");
    send("expired", 10, 500);
    delete("expired", 300);

    JobClient job = submit("expired", "latest", savepoint);

    // Any number of restarts is allowed, and none is made.
    assertThatThrownBy(() -> job.getJobExecutionResult().get(60, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasStackTraceContaining(
            "topic expired, partition 0: the next record to read is at offset 10, but the retained"
                + " records begin at offset 300, so 290 offsets are no longer in the topic")
        .hasStackTraceContaining("source.out.of.range: earliest");
    assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.FAILED);
    assertThat(texts("expired")).hasSize(10);
  }

  @Test
  void restoredOffsetThatHasLeftTheRetentionGoesOnAtTheEarliestRetainedIfAskedTo()
      throws Exception {
    String savepoint = stoppedAfterTen("resumed", "latest");
    send("resumed", 10, 500);
    delete("resumed", 300);

    JobClient job = submit("resumed", "latest", savepoint, "source.out.of.range=earliest");
    try {
      Await.until("200 retained records: ", PATIENCE, () -> texts("resumed").size() == 210);
      assertThat(texts("resumed").get(10)).isEqualTo("text 300");
    } finally {
      job.cancel().get();
    }
  }

  @Test
  void restoredOffsetBehindTheEndOfATopicThatWasMadeAgainFailsTheJob() throws Exception {
    String savepoint = stoppedAfterTen("again", "earliest");
    try (Admin admin = admin()) {
      admin.deleteTopics(List.of("again")).all().get();
      Await.until("the topic is gone", PATIENCE, () -> !admin.listTopics().names().get().contains("again"));
    }
    kafka.createTopic("again", 1);
    send("again", 0, 3);

    JobClient job = submit("again", "earliest", savepoint);

    assertThatThrownBy(() -> job.getJobExecutionResult().get(60, TimeUnit.SECONDS))
        .hasStackTraceContaining(
            "topic again, partition 0: the next record to read is at offset 10, but the topic ends"
                + " at offset 3");
  }

  @Test
  void committedOffsetThatHasLeftTheRetentionFailsTheJob() throws Exception {
    topics("committed");
    send("committed", 0, 50);
    try (Admin admin = admin()) {
      admin
          .alterConsumerGroupOffsets(
              "committed", Map.of(new TopicPartition("committed", 0), new OffsetAndMetadata(5)))
          .all()
          .get();
    }
    delete("committed", 20);

    JobClient job = submit("committed", "committed", null);

    assertThatThrownBy(() -> job.getJobExecutionResult().get(60, TimeUnit.SECONDS))
        .hasStackTraceContaining("the next record to read is at offset 5");
  }

  @Test
  void groupThatNeverReadBeginsAtTheEarliestRetainedRecord() throws Exception {
    topics("fresh");
    send("fresh", 0, 50);
    delete("fresh", 20);

    JobClient job = submit("fresh", "committed", null);
    try {
      Await.until("30 records", PATIENCE, () -> texts("fresh").size() == 30);
    } finally {
      job.cancel().get();
    }
  }

  /** Runs a job until ten records are through, and stops it. */
  private String stoppedAfterTen(String name, String start) throws Exception {
    topics(name);
    JobClient job = submit(name, start, null);
    Await.until("the job runs", PATIENCE, () -> job.getJobStatus().get() == JobStatus.RUNNING);
    send(name, 0, 10);
    Await.until("ten records", PATIENCE, () -> texts(name).size() == 10);
    return job.stopWithSavepoint(false, folder.toUri().toString(), SavepointFormatType.CANONICAL)
        .get(60, TimeUnit.SECONDS);
  }

  private static JobClient submit(
      String name, String start, String savepoint, String... overrides) throws Exception {
    Configuration conf = new Configuration();
    conf.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    conf.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
    conf.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100));
    if (savepoint != null) {
      conf.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    }
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1, conf);
    env.enableCheckpointing(100);
    List<String> all =
        new ArrayList<>(
            List.of(
                "source.topic=" + name,
                "source.format=text",
                "source.start=" + start,
                "source.group=" + name,
                "sink.topic=" + name + "-texts",
                "sink.guarantee=at-least-once",
                "dead.letters.topic=" + name + "-dead-letters",
                "kafka.bootstrap.servers=" + kafka.bootstrapServers()));
    all.addAll(List.of(overrides));
    Options options =
        StreamOptions.all().read("job.yaml", StreamOptionsTest.LEAST, all, Map.of());
    env.fromSource(
            KafkaEnds.events(options, start(options)),
            WatermarkStrategy.noWatermarks(),
            "events")
        .uid("events")
        .map(r -> KafkaEndsTest.prediction(r.event()))
        .returns(Prediction.class)
        .sinkTo(KafkaEnds.predictions(options))
        .uid("predictions");
    return env.executeAsync(name);
  }

  private static SourceStart start(Options options) {
    return new KafkaCheck(options, PATIENCE).start(SourceOffsetsTest::unexpected);
  }

  private static void unexpected(String warning) {
    throw new AssertionError(warning);
  }

  private static void topics(String name) {
    kafka.createTopic(name, 1);
    kafka.createTopic(name + "-texts", 1);
  }

  private static void send(String topic, int from, int to) throws Exception {
    try (var producer = kafka.producer()) {
      for (int i = from; i < to; i++) {
        producer.send(new ProducerRecord<>(topic, null, ("text " + i).getBytes(UTF_8)));
      }
    }
  }

  private static void delete(String topic, long before) throws Exception {
    try (Admin admin = admin()) {
      admin
          .deleteRecords(
              Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(before)))
          .all()
          .get();
    }
  }

  private static List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    try (CommittedReader reader = kafka.reader(name + "-texts")) {
      for (var read : reader.readToEnd(PATIENCE)) {
        texts.add(KafkaEndsTest.read(Prediction.class, read.value()).getLabel());
      }
    } catch (MalformedRecordException e) {
      throw new IllegalStateException(e);
    }
    return texts;
  }

  private static Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }
}
