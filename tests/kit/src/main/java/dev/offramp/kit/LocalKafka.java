package dev.offramp.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;

/**
 * A real Kafka broker in this JVM: one node that is its own controller (KRaft), on a free port of
 * 127.0.0.1, its data in a temporary folder that {@link #close} deletes. Transactions work; topics
 * are made by {@link #createTopic} alone, so that a wrong name is an error as on a real cluster.
 * Methods can be called from any thread.
 */
public final class LocalKafka implements AutoCloseable {
  private final Path folder;
  private final BrokerNode node;
  private final SecuredListener secured;

  private LocalKafka(Path folder, BrokerNode node, SecuredListener secured) {
    this.folder = folder;
    this.node = node;
    this.secured = secured;
  }

  /**
   * Starts a broker and waits until it answers, some seconds.
   *
   * @throws IllegalStateException if it can't be started, with Kafka's own words
   */
  public static LocalKafka start() {
    return start(folder -> null);
  }

  /**
   * Starts a broker that also has a listener with TLS and a login by SCRAM-SHA-256, {@link
   * #securedServers}. The producers and readers that it gives go the plain way.
   *
   * @param user who may log in there
   * @param password of letters, digits and hyphens
   * @throws IllegalStateException if it can't be started, with Kafka's own words
   */
  public static LocalKafka startSecured(String user, String password) {
    return start(
        folder -> {
          Path tls = Files.createDirectory(folder.resolve("tls"));
          return new SecuredListener(user, password, BrokerCertificate.make(tls));
        });
  }

  /** Makes the secured listener, if there is to be one; null: there is none. */
  private interface Securing {
    SecuredListener in(Path folder) throws IOException;
  }

  private static LocalKafka start(Securing securing) {
    Path folder = null;
    try {
      folder = Files.createTempDirectory("offramp-kafka-");
      SecuredListener secured = securing.in(folder);
      return new LocalKafka(folder, BrokerNode.start(folder, secured), secured);
    } catch (IOException | RuntimeException e) {
      if (folder != null) {
        Folders.delete(folder);
      }
      throw new IllegalStateException("the local Kafka broker did not start: " + e.getMessage(), e);
    }
  }

  /** Where clients connect, {@code 127.0.0.1:port}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + node.port();
  }

  /**
   * Where clients connect that log in, {@code 127.0.0.1:port}.
   *
   * @throws IllegalStateException if it was started without a secured listener
   */
  public String securedServers() {
    certificate();
    return "127.0.0.1:" + node.securedPort();
  }

  /**
   * The certificate of the secured listener.
   *
   * @throws IllegalStateException if it was started without one
   */
  public BrokerCertificate certificate() {
    if (secured == null) {
      throw new IllegalStateException("this broker has no secured listener: use startSecured");
    }
    return secured.certificate();
  }

  /**
   * Creates a topic and waits until the broker tells clients of it.
   *
   * @param partitions at least 1
   * @throws IllegalStateException if Kafka refuses, for one because the topic exists
   */
  public void createTopic(String name, int partitions) {
    clients().createTopic(name, partitions);
  }

  /**
   * As {@link #createTopic(String, int)}, with settings of the topic's own.
   *
   * @param settings such as {@code max.message.bytes}
   */
  public void createTopic(String name, int partitions, Map<String, String> settings) {
    clients().createTopic(name, partitions, settings);
  }

  /** A producer of raw keys and values that waits for the broker's acknowledgement. */
  public KafkaProducer<byte[], byte[]> producer() {
    return producer(Map.of());
  }

  /**
   * A producer of raw keys and values.
   *
   * @param properties its own Kafka properties, {@code transactional.id} for one
   */
  public KafkaProducer<byte[], byte[]> producer(Map<String, Object> properties) {
    return clients().producer(properties);
  }

  /**
   * A reader from the topic's beginning that sees committed records only.
   *
   * @param topic must exist
   */
  public CommittedReader reader(String topic) {
    return clients().reader(topic);
  }

  /**
   * Reads a topic from its beginning until there are so many committed records or the time is up.
   *
   * @param count how many are waited for; more come back if one poll brings them
   */
  public List<ConsumerRecord<byte[], byte[]>> readCommitted(
      String topic, int count, Duration timeout) {
    return clients().readCommitted(topic, count, timeout);
  }

  /** Where the broker keeps its data. */
  Path folder() {
    return folder;
  }

  /** Stops the broker and deletes its data. A second call does nothing. */
  @Override
  public void close() {
    try {
      node.close();
    } finally {
      Folders.delete(folder);
    }
  }

  private KafkaClients clients() {
    return new KafkaClients(bootstrapServers());
  }
}
