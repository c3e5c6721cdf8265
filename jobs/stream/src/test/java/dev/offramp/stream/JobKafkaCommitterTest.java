package dev.offramp.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.kit.Await;
import dev.offramp.kit.LocalKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Committer.CommitRequest;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.internal.FlinkKafkaInternalProducer;
import org.apache.flink.connector.kafka.sink.internal.KafkaCommitter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Flink's own committer on transactions of a real broker. */
@Timeout(120)
class JobKafkaCommitterTest {
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
  void transactionThatWasCommittedBeforeTheRestartIsNoAlarm() throws Exception {
    try (var producer = written("committed", 60_000)) {
      KafkaCommittable committable = KafkaCommittable.of(producer);
      KafkaCommittable restored = restored(committable);
      Committed first = commit(committable);
      assertThat(first.signals).isEmpty();
      assertThat(first.lines).isEmpty();

      Committed second = commit(restored);
      assertThat(second.signals).containsExactly("known");
      assertThat(second.lines)
          .singleElement()
          .asString()
          .startsWith("WARN Transaction committed was already committed before the restart: ")
          .contains("Nothing is lost");
      assertThat(second.count("transactionsLost")).isZero();
      assertThat(second.count("transactionsUnknown")).isZero();
    }
  }

  @Test
  void firstCommitOfATransactionThatAnotherProducerAbortedIsLost() throws Exception {
    try (var producer = written("taken", 60_000);
        var thief = producer("taken", 60_000)) {
      KafkaCommittable committable = KafkaCommittable.of(producer);
      thief.initTransactions();

      Committed committed = commit(committable);
      assertThat(committed.signals).containsExactly("known");
      assertThat(committed.lines)
          .singleElement()
          .asString()
          .startsWith("ERROR LOST: transaction taken was aborted")
          .contains("predictions", "sink.transaction.prefix", "another producer has taken its id");
      assertThat(committed.count("transactionsLost")).isOne();
      assertThat(committed.count("transactionsUnknown")).isZero();
    }
  }

  @Test
  void restoredTransactionThatTheBrokerAbortedIsLost() throws Exception {
    try (var producer = written("late", 1_000);
        Admin admin = Admin.create(properties())) {
      KafkaCommittable restored = restored(KafkaCommittable.of(producer));
      Await.until(
          "the broker aborts the transaction",
          Duration.ofSeconds(60),
          () ->
              admin.describeTransactions(List.of("late")).description("late").get().state()
                  == TransactionState.COMPLETE_ABORT);

      Committed committed = commit(restored);
      assertThat(committed.signals).containsExactly("known");
      assertThat(committed.lines)
          .singleElement()
          .asString()
          .startsWith("ERROR LOST: transaction late was aborted")
          .contains("CompleteAbort", "kafka.transaction.timeout.ms");
      assertThat(committed.count("transactionsLost")).isOne();
    }
  }

  @Test
  void restoredTransactionWhoseIdWasTakenSinceCannotBeTold() throws Exception {
    try (var producer = written("unclear", 60_000);
        var thief = producer("unclear", 60_000)) {
      KafkaCommittable restored = restored(KafkaCommittable.of(producer));
      thief.initTransactions();

      Committed committed = commit(restored);
      assertThat(committed.signals).containsExactly("known");
      assertThat(committed.lines)
          .singleElement()
          .asString()
          .startsWith("ERROR Transaction unclear can't be committed, and whether it was committed")
          .contains("another producer has taken its id since", "predictions");
      assertThat(committed.count("transactionsLost")).isZero();
      assertThat(committed.count("transactionsUnknown")).isOne();
    }
  }

  @Test
  void transactionalIdThatTheBrokerHasForgottenDoesNotFailTheJobAtEveryRestart() throws Exception {
    Committed committed = commit(new KafkaCommittable(4711, (short) 0, "forgotten", null));

    assertThat(committed.signals).containsExactly("known");
    assertThat(committed.lines)
        .singleElement()
        .asString()
        .startsWith("ERROR Transaction forgotten can't be committed")
        .contains("transactional.id.expiration.ms");
    assertThat(committed.count("transactionsUnknown")).isOne();
  }

  /** A transaction with a record in it, ready to be committed. */
  private static FlinkKafkaInternalProducer<byte[], byte[]> written(String id, int timeoutMillis)
      throws Exception {
    FlinkKafkaInternalProducer<byte[], byte[]> producer = producer(id, timeoutMillis);
    producer.initTransactions();
    producer.beginTransaction();
    producer.send(new ProducerRecord<>("predictions", new byte[] {1})).get();
    producer.flush();
    producer.precommitTransaction();
    return producer;
  }

  private static FlinkKafkaInternalProducer<byte[], byte[]> producer(String id, int timeoutMillis) {
    Properties properties = properties();
    properties.put("transaction.timeout.ms", timeoutMillis);
    return new FlinkKafkaInternalProducer<>(properties, id);
  }

  /** As it comes out of a checkpoint. */
  private static KafkaCommittable restored(KafkaCommittable committable) {
    return new KafkaCommittable(
        committable.getProducerId(),
        committable.getEpoch(),
        committable.getTransactionalId(),
        null);
  }

  private static Committed commit(KafkaCommittable committable) throws Exception {
    Counters counters = new Counters();
    List<String> signals = new ArrayList<>();
    try (var logged = new LoggedLines(JobKafkaCommitter.class);
        var committer =
            new JobKafkaCommitter(
                new KafkaCommitter(
                    properties(),
                    committable.getTransactionalId(),
                    0,
                    0,
                    false,
                    FlinkKafkaInternalProducer::new),
                new TransactionOutcomes(properties()),
                "predictions",
                counters)) {
      committer.commit(List.of(request(committable, signals)));
      return new Committed(signals, List.copyOf(logged.all()), counters.counters);
    }
  }

  private record Committed(
      List<String> signals, List<String> lines, Map<String, Counter> counters) {
    long count(String name) {
      return counters.get(name).getCount();
    }
  }

  private static Properties properties() {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    properties.put("key.serializer", ByteArraySerializer.class.getName());
    properties.put("value.serializer", ByteArraySerializer.class.getName());
    return properties;
  }

  /** A request that takes down how it is answered. */
  private static CommitRequest<KafkaCommittable> request(
      KafkaCommittable committable, List<String> signals) {
    return new CommitRequest<>() {
      @Override
      public KafkaCommittable getCommittable() {
        return committable;
      }

      @Override
      public int getNumberOfRetries() {
        return 0;
      }

      @Override
      public void signalFailedWithKnownReason(Throwable error) {
        signals.add("known");
      }

      @Override
      public void signalFailedWithUnknownReason(Throwable error) {
        signals.add("unknown: " + error);
      }

      @Override
      public void retryLater() {
        signals.add("retry");
      }

      @Override
      public void updateAndRetryLater(KafkaCommittable other) {
        signals.add("update");
      }

      @Override
      public void signalAlreadyCommitted() {
        signals.add("already");
      }
    };
  }

  private static final class Counters extends UnregisteredMetricsGroup {
    private final Map<String, Counter> counters = new HashMap<>();

    @Override
    public MetricGroup addGroup(String name) {
      return this;
    }

    @Override
    public Counter counter(String name) {
      return counters.computeIfAbsent(name, n -> new SimpleCounter());
    }
  }
}
