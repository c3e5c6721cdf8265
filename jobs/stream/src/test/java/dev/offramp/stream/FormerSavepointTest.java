package dev.offramp.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.offramp.flink.Received;
import dev.offramp.kit.Await;
import dev.offramp.kit.CommittedReader;
import dev.offramp.kit.LocalKafka;
import dev.offramp.schemas.Prediction;
import dev.offramp.stream.options.Options;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Savepoints of earlier versions hold a marker (latest, committed) instead of an offset for a
 * partition that the job had read nothing of.
 */
@SuppressWarnings("deprecation") // The connector asks for the enum that Kafka has deprecated.
class FormerSavepointTest {
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
  void partitionThatWasToBeginAtTheCommittedOffsetBeginsAtTheEarliestRecord() throws Exception {
    servesWhatCameSince(
        "was-committed",
        "committed",
        OffsetsInitializer.committedOffsets(
            org.apache.kafka.clients.consumer.OffsetResetStrategy.EARLIEST));
  }

  @Test
  void partitionThatWasToBeginAtTheEndSkipsNothingThatCameSinceTheSavepoint() throws Exception {
    servesWhatCameSince("was-latest", "latest", OffsetsInitializer.latest());
  }

  private void servesWhatCameSince(String name, String start, OffsetsInitializer former)
      throws Exception {
    kafka.createTopic(name, 1);
    kafka.createTopic(name + "-texts", 1);
    Options options = options(name, start);
    KafkaSource<Received> source =
        KafkaSource.<Received>builder()
            .setProperties(KafkaProperties.source(options))
            .setTopics(name)
            .setGroupId(name)
            .setStartingOffsets(former)
            .setDeserializer(
                new ReceivedDeserializer(
                    options.get(StreamOptions.SOURCE_FORMAT),
                    options.get(StreamOptions.LATENCY_START),
                    new IdLimit(
                        options.get(StreamOptions.SINK_TOPIC),
                        KafkaProperties.sink(options),
                        KafkaEndsTest.LARGEST_PREDICTION)))
            .build();
    JobClient job = submit(source, options, null);
    Await.until("tasks take a savepoint", PATIENCE, () -> takesSavepoint(job));
    String savepoint =
        job.stopWithSavepoint(false, folder.toUri().toString(), SavepointFormatType.CANONICAL)
            .get(60, TimeUnit.SECONDS);
    try (var producer = kafka.producer(Map.of())) {
      for (int i = 0; i < 10; i++) {
        var unused = producer.send(new ProducerRecord<>(name, null, ("text " + i).getBytes(UTF_8)));
      }
    }

    SourceStart begin = new KafkaCheck(options, PATIENCE).start(warning -> {});
    JobClient restored =
        submit(
            KafkaEnds.events(options, begin, KafkaEndsTest.LARGEST_PREDICTION), options, savepoint);
    try {
      Await.until("ten records", PATIENCE, () -> served(name) == 10);
    } finally {
      restored.cancel().get();
    }
  }

  private static JobClient submit(Source<Received, ?, ?> source, Options options, String savepoint)
      throws Exception {
    Configuration conf = new Configuration();
    if (savepoint != null) {
      conf.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    }
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1, conf);
    env.enableCheckpointing(100);
    env.fromSource(source, WatermarkStrategy.noWatermarks(), "events")
        .uid("events")
        .map(r -> KafkaEndsTest.prediction(r.event()))
        .returns(Prediction.class)
        .sinkTo(KafkaEnds.predictions(options))
        .uid("predictions");
    return env.executeAsync("job");
  }

  private static Options options(String name, String start) {
    return StreamOptions.all()
        .read(
            "job.yaml",
            StreamOptionsTest.LEAST,
            List.of(
                "source.topic=" + name,
                "source.format=text",
                "source.start=" + start,
                "source.group=" + name,
                "sink.topic=" + name + "-texts",
                "sink.guarantee=at-least-once",
                "kafka.bootstrap.servers=" + kafka.bootstrapServers()),
            Map.of());
  }

  /** A job is RUNNING before its tasks are. */
  private boolean takesSavepoint(JobClient job) throws Exception {
    if (job.getJobStatus().get() != JobStatus.RUNNING) {
      return false;
    }
    try {
      job.triggerSavepoint(folder.toUri().toString(), SavepointFormatType.CANONICAL).get();
      return true;
    } catch (ExecutionException e) {
      return false;
    }
  }

  private static int served(String name) {
    try (CommittedReader reader = kafka.reader(name + "-texts")) {
      return reader.readToEnd(PATIENCE).size();
    }
  }
}
