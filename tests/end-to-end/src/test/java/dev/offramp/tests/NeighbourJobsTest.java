package dev.offramp.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.kit.KafkaClients;
import dev.offramp.kit.LocalFlink;
import dev.offramp.kit.LocalKafka;
import dev.offramp.runtime.TinyBundle;
import dev.offramp.stream.StartException;
import dev.offramp.stream.StreamJob;
import dev.offramp.stream.StreamOptions;
import dev.offramp.stream.options.Options;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two jobs at one broker, the second of which comes and goes while the first serves events. */
@Timeout(600)
class NeighbourJobsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int PER_SECOND = 260;

  @TempDir Path folder;
  private LocalKafka broker;
  private KafkaClients kafka;

  @BeforeEach
  void start() throws Exception {
    TinyBundle.writeText(folder.resolve("bundle"));
    broker = LocalKafka.start();
    kafka = new KafkaClients(broker.bootstrapServers());
    for (String job : List.of("first", "second")) {
      kafka.createTopic(job + "-events", 1);
      kafka.createTopic(job + "-predictions", 1);
      kafka.createTopic(job + "-dead-letters", 1);
    }
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void fourStartsOfAnotherJobLoseNothing() throws Exception {
    startsOfAnotherJobLoseNothing(4);
  }

  @Test
  @Tag("soak")
  void twentyStartsOfAnotherJobLoseNothing() throws Exception {
    startsOfAnotherJobLoseNothing(20);
  }

  /** Neither job sets a prefix for its transactions. */
  private void startsOfAnotherJobLoseNothing(int starts) throws Exception {
    Script script = new Script(11, false);
    JobClient first = submit("first");
    try (EventStream stream = new EventStream(kafka, "first-events", script, PER_SECOND);
        Committed committed = new Committed(kafka, "first-predictions", "first-dead-letters");
        EventStream others = new EventStream(kafka, "second-events", script, 20);
        Committed second = new Committed(kafka, "second-predictions", "second-dead-letters")) {
      committed.until("the first job commits", PATIENCE, () -> !committed.predictions().isEmpty());
      for (int i = 0; i < starts; i++) {
        int before = second.predictions().size();
        JobClient neighbour = submit("second");
        second.until(
            "the second job commits", PATIENCE, () -> second.predictions().size() > before);
        neighbour.cancel().get();
      }
      var unused = others.end(0);
      int sent = stream.end(0);
      Set<String> lost = new HashSet<>();
      for (int i = 0; i < sent; i++) {
        lost.add(Script.id(i));
      }
      // The last event's record shows that everything before it was committed or never will be.
      committed.until(
          "all that was sent is committed, or nothing more comes",
          PATIENCE,
          () -> {
            int all = committed.predictions().size() + committed.letters().size();
            return all >= sent || has(committed, Script.id(sent - 1));
          });
      committed.during(Duration.ofSeconds(1));
      committed.predictions().forEach(prediction -> lost.remove(prediction.getEventId()));
      committed.letters().forEach(letter -> lost.remove(letter.getEventId()));
      assertThat(lost).as("lost of %d", sent).isEmpty();
      assertThat(committed.predictions()).doesNotHaveDuplicates();
      assertThat(first.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
    } finally {
      first.cancel().get();
    }
  }

  private static boolean has(Committed committed, String id) {
    return committed.predictions().stream().anyMatch(p -> p.getEventId().equals(id))
        || committed.letters().stream().anyMatch(letter -> id.equals(letter.getEventId()));
  }

  @Test
  void secondJobUnderTheFirstOnesPrefixIsRefusedAndTheFirstLosesNothing() throws Exception {
    JobClient first = submit("first", "sink.transaction.prefix=shared");
    try (EventStream stream =
            new EventStream(kafka, "first-events", new Script(12, false), PER_SECOND);
        Committed committed = new Committed(kafka, "first-predictions", "first-dead-letters")) {
      committed.until("the first job commits", PATIENCE, () -> !committed.predictions().isEmpty());

      assertThatThrownBy(() -> submit("second", "sink.transaction.prefix=shared"))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("sink.transaction.prefix begins with shared (-D)")
          .hasMessageContaining("give this one a sink.transaction.prefix of its own");

      int sent = stream.end(0);
      committed.until(
          "all that was sent is committed",
          PATIENCE,
          () -> committed.predictions().size() + committed.letters().size() == sent);
    } finally {
      first.cancel().get();
    }
  }

  private JobClient submit(String job, String... more) throws Exception {
    String yaml =
        """
        bundle: %2$s
        source: {topic: %1$s-events, start: earliest, group: %1$s}
        sink: {topic: %1$s-predictions}
        dead.letters.topic: %1$s-dead-letters
        kafka: {bootstrap.servers: "%3$s"}
        device: cpu
        checkpoint.interval: 200 ms
        parallelism: 1
        """
            .formatted(job, folder.resolve("bundle"), kafka.bootstrapServers());
    Options options = StreamOptions.all().read("job.yaml", yaml, List.of(more), Map.of());
    StreamExecutionEnvironment env =
        LocalFlink.environment(LocalFlink.ANY_PORT, folder.resolve(job));
    StreamJob.build(env, options);
    return env.executeAsync(job);
  }
}
