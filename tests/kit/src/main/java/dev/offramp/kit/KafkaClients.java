package dev.offramp.kit;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Clients of a broker, wherever it runs. Methods can be called from any thread. */
public final class KafkaClients {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final String bootstrapServers;

  /**
   * @param bootstrapServers {@code host:port}
   */
  public KafkaClients(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /** Where clients connect, {@code host:port}. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /**
   * Creates a topic and waits until the broker tells clients of all its partitions: Kafka calls it
   * created when the controller knows it, which is before the broker does.
   *
   * @param partitions at least 1
   * @throws IllegalStateException if Kafka refuses, for one because the topic exists
   */
  public void createTopic(String name, int partitions) {
    createTopic(name, partitions, Map.of());
  }

  /**
   * As {@link #createTopic(String, int)}, with settings of the topic's own.
   *
   * @param settings such as {@code max.message.bytes}
   */
  public void createTopic(String name, int partitions, Map<String, String> settings) {
    try (Admin admin = Admin.create(properties())) {
      NewTopic topic =
          new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(settings);
      try {
        admin.createTopics(List.of(topic)).all().get();
      } catch (ExecutionException e) {
        throw new IllegalStateException(
            "topic %s was not created: %s".formatted(name, e.getCause().getMessage()), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while topic " + name + " was created", e);
      }
      Await.until("topic " + name + " is told of", PATIENCE, () -> told(admin, name, partitions));
    }
  }

  private static boolean told(Admin admin, String name, int partitions) throws Exception {
    try {
      TopicDescription topic = admin.describeTopics(List.of(name)).allTopicNames().get().get(name);
      return topic.partitions().size() == partitions
          && topic.partitions().stream().allMatch(p -> p.leader() != null);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException) {
        return false;
      }
      throw e;
    }
  }

  /** Whether the broker answers within a second. */
  boolean answers() {
    Map<String, Object> hasty = properties();
    hasty.put("default.api.timeout.ms", 1000);
    hasty.put("request.timeout.ms", 1000);
    try (Admin admin = Admin.create(hasty)) {
      return !admin.describeCluster().nodes().get().isEmpty();
    } catch (ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * A producer of raw keys and values that waits for the broker's acknowledgement.
   *
   * @param more its own Kafka properties, {@code transactional.id} for one
   */
  public KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    Map<String, Object> all = properties();
    all.put("acks", "all");
    all.put("linger.ms", 5);
    all.putAll(more);
    return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * A reader from the topic's beginning that sees committed records only.
   *
   * @param topic must exist
   */
  public CommittedReader reader(String topic) {
    return new CommittedReader(properties(), topic);
  }

  /**
   * Reads a topic from its beginning until there are so many committed records or the time is up.
   *
   * @param count how many are waited for; more come back if one poll brings them
   */
  public List<ConsumerRecord<byte[], byte[]>> readCommitted(
      String topic, int count, Duration timeout) {
    try (CommittedReader reader = reader(topic)) {
      return reader.read(count, timeout);
    }
  }

  private Map<String, Object> properties() {
    Map<String, Object> properties = new TreeMap<>();
    properties.put("bootstrap.servers", bootstrapServers);
    return properties;
  }
}
