package dev.offramp.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.flink.Received;
import dev.offramp.kit.Await;
import dev.offramp.kit.LocalKafka;
import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.FailureStage;
import dev.offramp.stream.options.Options;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A broker that aborts a job's transaction, on a TaskManager that runs another job too. */
@Timeout(180)
class AbortedTransactionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final byte[] NO_UTF8 = {'a', (byte) 0xC3, (byte) 0x28};

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static LocalKafka kafka;

  @BeforeAll
  static void start() {
    kafka = LocalKafka.start();
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void failsItsJobWhileTheTaskManagerAndAnotherJobGoOn() throws Exception {
    topics("neighbour");
    topics("aborted");
    JobClient neighbour = submit("neighbour", Duration.ofMillis(200));
    // The broker aborts the transaction long before the first checkpoint can commit it.
    // Each record is a batch of its own, so more of them fail after the one that fails the task.
    JobClient aborted =
        submit(
            "aborted",
            Duration.ofHours(1),
            "checkpoint.interval=10 ms",
            "kafka.transaction.timeout.ms=1010",
            "kafka.batch.size=1");
    try (var producer = kafka.producer()) {
      Await.until(
          "the job whose transaction was aborted fails",
          PATIENCE,
          () -> {
            for (int i = 0; i < 500; i++) {
              var unused = producer.send(new ProducerRecord<>("aborted", NO_UTF8));
            }
            producer.flush();
            return aborted.getJobStatus().get() == JobStatus.FAILED;
          });
      assertThat(aborted.getJobExecutionResult()).failsWithin(PATIENCE);
      assertThat(neighbour.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
      producer.send(new ProducerRecord<>("neighbour", NO_UTF8)).get();
      assertThat(kafka.readCommitted("neighbour-dead-letters", 1, PATIENCE)).hasSize(1);
    } finally {
      neighbour.cancel().get();
    }
  }

  private static JobClient submit(String name, Duration interval, String... overrides)
      throws Exception {
    Configuration flink = new Configuration();
    flink.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(flink);
    env.setParallelism(1);
    env.enableCheckpointing(interval.toMillis());
    Options options = options(name, overrides);
    env.fromSource(
            KafkaEnds.events(
                options, SourceOffsets.unresolved(options), KafkaEndsTest.LARGEST_PREDICTION),
            WatermarkStrategy.noWatermarks(),
            "events")
        .filter(r -> !r.decoded())
        .map(AbortedTransactionTest::letter)
        .returns(DeadLetter.class)
        .sinkTo(KafkaEnds.deadLetters(options));
    return env.executeAsync(name);
  }

  private static DeadLetter letter(Received received) {
    return received.deadLetter(
        FailureStage.DECODE, received.reason(), received.message(), Instant.EPOCH);
  }

  private static void topics(String name) {
    kafka.createTopic(name, 1);
    kafka.createTopic(name + "-predictions", 1);
    kafka.createTopic(name + "-dead-letters", 2);
  }

  private static Options options(String name, String... overrides) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "source.topic=" + name,
                "source.format=text",
                "source.group=" + name,
                "sink.topic=" + name + "-predictions",
                "sink.transaction.prefix=" + name,
                "dead.letters.topic=" + name + "-dead-letters",
                "kafka.bootstrap.servers=" + kafka.bootstrapServers()));
    all.addAll(List.of(overrides));
    return StreamOptions.all().read("job.yaml", StreamOptionsTest.LEAST, all, Map.of());
  }
}
