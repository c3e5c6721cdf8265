package dev.offramp.kit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LocalKafkaTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

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
  void committedTransactionsAreReadAndAbortedOnesAreNot() throws Exception {
    kafka.createTopic("transactions", 2);
    try (var producer = kafka.producer(Map.of("transactional.id", "kit"))) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(record("transactions", "aborted")).get();
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(record("transactions", "first")).get();
      producer.send(record("transactions", "second")).get();
      producer.commitTransaction();
    }

    assertThat(kafka.readCommitted("transactions", 2, PATIENCE))
        .extracting(r -> new String(r.value(), UTF_8))
        .containsExactlyInAnyOrder("first", "second");
  }

  @Test
  void readerGoesOnWhereItStopped() throws Exception {
    kafka.createTopic("twice", 1);
    try (var producer = kafka.producer();
        var reader = kafka.reader("twice")) {
      producer.send(record("twice", "a")).get();
      producer.flush();
      assertThat(reader.read(1, PATIENCE)).hasSize(1);
      producer.send(record("twice", "b")).get();
      producer.flush();
      assertThat(reader.read(1, PATIENCE))
          .extracting(r -> new String(r.value(), UTF_8))
          .containsExactly("b");
    }
  }

  @Test
  void readingWithNothingThereEndsAtTheTimeout() {
    kafka.createTopic("empty", 1);
    assertThat(kafka.readCommitted("empty", 1, Duration.ofMillis(1))).isEmpty();
  }

  @Test
  void createdTopicIsListedWithItsPartitions() throws Exception {
    kafka.createTopic("listed", 3);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      assertThat(admin.listTopics().names().get()).contains("listed");
      var topics = admin.describeTopics(List.of("listed")).allTopicNames().get();
      assertThat(topics.get("listed").partitions()).hasSize(3);
    }
  }

  @Test
  void topicThatExistsIsRefused() {
    kafka.createTopic("again", 1);
    assertThatThrownBy(() -> kafka.createTopic("again", 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("topic again was not created")
        .hasMessageContaining("already exists");
  }

  @Test
  void topicIsNotMadeBySendingToIt() {
    try (var producer = kafka.producer(Map.of("max.block.ms", 500))) {
      assertThatThrownBy(() -> producer.send(record("never.created", "x")).get())
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(TimeoutException.class);
    }
  }

  @Test
  void twoBrokersLiveBesideEachOther_andCloseDeletesTheData() {
    Path folder;
    try (LocalKafka second = LocalKafka.start()) {
      assertThat(second.bootstrapServers()).isNotEqualTo(kafka.bootstrapServers());
      second.createTopic("again", 1);
      folder = second.folder();
      assertThat(folder).isNotEmptyDirectory();
    }
    assertThat(Files.exists(folder)).isFalse();
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, String value) {
    return new ProducerRecord<>(topic, value.getBytes(UTF_8));
  }
}
