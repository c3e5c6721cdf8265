package dev.offramp.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.kit.LocalKafka;
import dev.offramp.stream.options.Options;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Producers with transactional ids as Kafka's sink makes them, on a real broker. */
@Timeout(120)
class LiveTransactionsCheckTest {
  private static final StartKind FRESH = StartKind.of(new Configuration());
  private static final StartKind RECOVERY = new StartKind(true, Duration.ofSeconds(3));

  private static LocalKafka kafka;

  @BeforeAll
  static void start() {
    kafka = LocalKafka.start();
    kafka.createTopic("predictions", 1);
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void jobThatWritesIntoOneTransactionIsSeen() throws Exception {
    try (Other other = new Other("writes-predictions-0-7", false)) {
      assertThat(other.runs()).isTrue();
      for (StartKind kind : List.of(FRESH, RECOVERY)) {
        assertThatThrownBy(() -> check("writes", kind))
            .isInstanceOf(StartException.class)
            .hasMessageContaining(
                "another job writes to Kafka under the transactional ids of this one, which sink.transaction.prefix begins with writes (-D): transaction writes-predictions-0-7, open for ")
            .hasMessageContaining("give this one a sink.transaction.prefix of its own");
      }
    }
  }

  @Test
  void jobWithATransactionForEachCheckpointIsSeen() throws Exception {
    try (Other other = new Other("commits-dead-letters-1-", true)) {
      assertThat(other.runs()).isTrue();
      assertThatThrownBy(() -> check("commits", FRESH))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("commits-dead-letters-1-");
    }
  }

  @Test
  void transactionThatTheJobLeftBehindDoesNotKeepItFromStarting() {
    try (var producer = kafka.producer(Map.of("transactional.id", "left-predictions-0-7"))) {
      producer.initTransactions();
      write(producer);

      try (var logged = new LoggedLines(LiveTransactionsCheck.class)) {
        assertThatCode(() -> check("left", FRESH)).doesNotThrowAnyException();
        assertThatCode(() -> check("left", RECOVERY)).doesNotThrowAnyException();
        assertThat(logged.all())
            .hasSize(2)
            .allMatch(
                line -> line.startsWith("WARN Transaction left-predictions-0-7 has been open"));
      }
    }
  }

  @Test
  void formerTasksThatEndInTimeDoNotKeepARecoveryFromStarting() throws Exception {
    try (Other other = new Other("former-predictions-0-7", false)) {
      StartKind patient = new StartKind(true, Duration.ofSeconds(60));
      CompletableFuture<Void> check = CompletableFuture.runAsync(() -> check("former", patient));
      other.stop();
      assertThat(check).succeedsWithin(Duration.ofSeconds(30));
    }
  }

  @Test
  void otherPrefixesAreNotLookedAt() throws Exception {
    try (Other longer = new Other("a-b-predictions-0-7", false);
        Other own = new Other("a-predictions-start-check", false)) {
      assertThat(List.of(longer, own)).allMatch(Other::runs);
      assertThatCode(() -> check("a", FRESH)).doesNotThrowAnyException();
    }
  }

  @Test
  void withoutTransactionsNothingIsAsked() throws Exception {
    try (Other other = new Other("loose-predictions-0-7", false)) {
      assertThat(other.runs()).isTrue();
      assertThatCode(() -> check("loose", FRESH, "sink.guarantee=at-least-once"))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void startFromASavepointOrWithHighAvailabilityCanBeARecovery() {
    Configuration savepoint = new Configuration();
    savepoint.set(StateRecoveryOptions.SAVEPOINT_PATH, "file:///savepoint");
    savepoint.set(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT, Duration.ofSeconds(5));
    assertThat(StartKind.of(savepoint)).isEqualTo(new StartKind(true, Duration.ofSeconds(15)));

    Configuration application = new Configuration();
    application.set(DeploymentOptions.TARGET, "embedded");
    assertThat(StartKind.of(application).recovery()).isFalse();
    application.set(HighAvailabilityOptions.HA_MODE, "kubernetes");
    assertThat(StartKind.of(application).recovery()).isTrue();

    Configuration session = new Configuration();
    session.set(DeploymentOptions.TARGET, "remote");
    session.set(HighAvailabilityOptions.HA_MODE, "zookeeper");
    assertThat(StartKind.of(session).recovery()).isFalse();
  }

  @Test
  void defaultPrefixIsOfTheJobsOwnTopics() {
    assertThat(TransactionPrefix.of(options())).isEqualTo("offramp:events:predictions");
    assertThat(TransactionPrefix.predictions(options("sink.transaction.prefix=p")))
        .isEqualTo("p-predictions");
    assertThat(TransactionPrefix.deadLetters(options("sink.transaction.prefix=p")))
        .isEqualTo("p-dead-letters");
    assertThat(TransactionPrefix.of(options("source.topic=a", "sink.topic=b_c")))
        .isNotEqualTo(TransactionPrefix.of(options("source.topic=a_b", "sink.topic=c")));
  }

  private static void check(String prefix, StartKind kind, String... more) {
    List<String> all = new ArrayList<>(List.of(more));
    all.add("sink.transaction.prefix=" + prefix);
    all.add("checkpoint.interval=500 ms");
    all.add("kafka.bootstrap.servers=" + kafka.bootstrapServers());
    new LiveTransactionsCheck(options(all.toArray(String[]::new)), kind).run();
  }

  private static Options options(String... overrides) {
    return StreamOptions.all()
        .read("job.yaml", StreamOptionsTest.LEAST, List.of(overrides), Map.of());
  }

  private static void write(KafkaProducer<byte[], byte[]> producer) {
    producer.beginTransaction();
    var unused = producer.send(new ProducerRecord<>("predictions", new byte[] {1}));
    producer.flush();
  }

  /** Another job's producer, which writes until it is stopped. */
  private static final class Other implements AutoCloseable {
    private final AtomicBoolean ended = new AtomicBoolean();
    private final CompletableFuture<Void> begun = new CompletableFuture<>();
    private final CompletableFuture<Void> thread;

    Other(String id, boolean commits) throws Exception {
      thread = CompletableFuture.runAsync(() -> run(id, commits));
      var unused =
          thread.exceptionally(
              e -> {
                begun.completeExceptionally(e);
                return null;
              });
      begun.get();
    }

    private void run(String id, boolean commits) {
      for (int checkpoint = 1; !ended.get(); checkpoint++) {
        try (var producer =
            kafka.producer(Map.of("transactional.id", commits ? id + checkpoint : id))) {
          producer.initTransactions();
          write(producer);
          begun.complete(null);
          // As a job's do, transactions last much longer than the time between two of them.
          for (int i = 0; !ended.get() && (!commits || i < 300); i++) {
            var unused = producer.send(new ProducerRecord<>("predictions", new byte[] {2}));
            producer.flush();
          }
          producer.commitTransaction();
        }
      }
    }

    boolean runs() {
      return !thread.isDone();
    }

    void stop() {
      ended.set(true);
      thread.join();
    }

    @Override
    public void close() {
      stop();
    }
  }
}
