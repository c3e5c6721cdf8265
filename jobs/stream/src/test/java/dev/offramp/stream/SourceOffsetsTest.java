package dev.offramp.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.flink.Received;
import dev.offramp.kit.Await;
import dev.offramp.kit.CommittedReader;
import dev.offramp.kit.LocalKafka;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.MalformedRecordException;
import dev.offramp.schemas.Prediction;
import dev.offramp.stream.options.Options;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer.PartitionOffsetsRetriever;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the source goes on, when the records that it wants are retained and when they are not. */
class SourceOffsetsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final ByteArrayDeserializer BYTES = new ByteArrayDeserializer();

  private static final AtomicInteger waiting = new AtomicInteger();
  private static volatile CountDownLatch open = new CountDownLatch(0);

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
      Await.until(
          "the topic is gone", PATIENCE, () -> !admin.listTopics().names().get().contains("again"));
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
    commit("committed", new TopicPartition("committed", 0), 5);
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

  @Test
  void runningJobThatRetentionOvertakesFailsInsteadOfSkipping() throws Exception {
    topics("overtaken");
    send("overtaken", 0, 1000);
    open = new CountDownLatch(1);
    JobClient job =
        submit(
            "overtaken",
            "earliest",
            null,
            "kafka.max.poll.records=1",
            "kafka.max.partition.fetch.bytes=1000");
    Await.until("the first record is at the gate", PATIENCE, () -> waiting.get() > 0);
    delete("overtaken", 990);
    open.countDown();

    assertThatThrownBy(() -> job.getJobExecutionResult().get(60, TimeUnit.SECONDS))
        .hasStackTraceContaining("but the retained records begin at offset 990");
  }

  @Test
  void latestIsResolvedBeforeTheJobIsSubmittedSoThatAnEarlyFailureSkipsNothing() throws Exception {
    topics("pinned");
    send("pinned", 0, 10);
    SourceStart start = start(options("pinned", "latest"));
    send("pinned", 10, 20);

    TopicPartition partition = new TopicPartition("pinned", 0);
    assertThat(start.getPartitionOffsets(List.of(partition), null)).containsEntry(partition, 10L);
  }

  @Test
  void jobWithoutAGroupOfItsOwnGoesOnWhereTheFormerDefaultGroupStopped() throws Exception {
    topics("former");
    send("former", 0, 50);
    TopicPartition partition = new TopicPartition("former", 0);
    commit(SourceOffsets.FORMER_GROUP, partition, 30);
    List<String> warnings = new ArrayList<>();
    Options options = options("former", "committed", "source.group=");

    SourceStart start = new KafkaCheck(options, PATIENCE).start(warnings::add);

    assertThat(StreamOptions.group(options)).isEqualTo("offramp:former:former-texts");
    assertThat(start.getPartitionOffsets(List.of(partition), new NothingCommitted()))
        .containsEntry(partition, 30L);
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("offramp:former:former-texts has no offsets of former, but offramp")
        .contains("{0=30}");
  }

  @Test
  void groupThatOthersUseIsWarnedOf() throws Exception {
    topics("shared");
    kafka.createTopic("events-of-another-job", 1);
    commit("shared", new TopicPartition("events-of-another-job", 0), 7);
    List<String> warnings = new ArrayList<>();
    try (var consumer = new KafkaConsumer<>(consumer("shared"), BYTES, BYTES)) {
      consumer.subscribe(List.of("shared"));
      Await.until(
          "the consumer is a member",
          PATIENCE,
          () -> {
            consumer.poll(Duration.ofMillis(100));
            return !consumer.assignment().isEmpty();
          });

      new KafkaCheck(options("shared", "earliest"), PATIENCE).start(warnings::add);
    }

    assertThat(warnings)
        .satisfiesExactly(
            w -> assertThat(w).contains("also has offsets of [events-of-another-job]"),
            w -> assertThat(w).contains("has members that are consuming now (1)"));
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

  private static JobClient submit(String name, String start, String savepoint, String... overrides)
      throws Exception {
    Configuration conf = new Configuration();
    conf.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    conf.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
    conf.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100));
    if (savepoint != null) {
      conf.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    }
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1, conf);
    env.enableCheckpointing(100);
    Options options = options(name, start, overrides);
    env.fromSource(
            KafkaEnds.events(options, start(options), KafkaEndsTest.LARGEST_PREDICTION),
            WatermarkStrategy.noWatermarks(),
            "events")
        .uid("events")
        .map(r -> KafkaEndsTest.prediction(passed(r)))
        .returns(Prediction.class)
        .sinkTo(KafkaEnds.predictions(options))
        .uid("predictions");
    return env.executeAsync(name);
  }

  private static Options options(String name, String start, String... overrides) {
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
    for (String override : overrides) {
      // Without a value: as if it had not been given.
      all.removeIf(given -> override.endsWith("=") && given.startsWith(override));
      if (!override.endsWith("=")) {
        all.add(override);
      }
    }
    return StreamOptions.all().read("job.yaml", StreamOptionsTest.LEAST, all, Map.of());
  }

  private static SourceStart start(Options options) {
    return new KafkaCheck(options, PATIENCE).start(SourceOffsetsTest::unexpected);
  }

  private static void unexpected(String warning) {
    throw new AssertionError(warning);
  }

  /** Holds records back until {@link #open} is. */
  private static Event passed(Received received) throws InterruptedException {
    waiting.incrementAndGet();
    open.await();
    waiting.decrementAndGet();
    return received.event();
  }

  private static void commit(String group, TopicPartition partition, long offset) throws Exception {
    try (Admin admin = admin()) {
      admin
          .alterConsumerGroupOffsets(group, Map.of(partition, new OffsetAndMetadata(offset)))
          .all()
          .get();
    }
  }

  private static Map<String, Object> consumer(String group) {
    return Map.of("bootstrap.servers", kafka.bootstrapServers(), "group.id", group);
  }

  /** A group that has committed nothing. */
  private record NothingCommitted() implements PartitionOffsetsRetriever {
    @Override
    public Map<TopicPartition, Long> committedOffsets(Collection<TopicPartition> partitions) {
      return Map.of();
    }

    @Override
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
        Map<TopicPartition, Long> timestamps) {
      throw new UnsupportedOperationException();
    }
  }

  private static void topics(String name) {
    kafka.createTopic(name, 1);
    kafka.createTopic(name + "-texts", 1);
  }

  private static void send(String topic, int from, int to) throws Exception {
    // A batch for each record, so that a fetch can hold few.
    try (var producer = kafka.producer(Map.of("batch.size", 0))) {
      for (int i = from; i < to; i++) {
        var unused =
            producer.send(new ProducerRecord<>(topic, null, ("text " + i).getBytes(UTF_8)));
      }
    }
  }

  private static void delete(String topic, long before) throws Exception {
    try (Admin admin = admin()) {
      admin
          .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(before)))
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
