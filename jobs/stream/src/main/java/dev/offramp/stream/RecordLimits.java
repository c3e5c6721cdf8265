package dev.offramp.stream;

import static org.apache.kafka.clients.producer.ProducerConfig.BUFFER_MEMORY_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.COMPRESSION_TYPE_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.MAX_REQUEST_SIZE_CONFIG;

import java.util.Comparator;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.record.CompressionType;

/**
 * Finds how large the records of a topic can be, from the topic's settings and the producer's. The
 * job must know before it sends: a record that a broker refuses aborts the transaction, and the job
 * would restart, read the same record, and fail again.
 */
final class RecordLimits {
  /** Brokers close the connection on requests above 100 MiB, their socket.request.max.bytes. */
  private static final int LARGEST_REQUEST = (100 << 20) - (64 << 10);

  /** A limit of a record and what sets it. */
  private record Bound(int bytes, String rule) {}

  private RecordLimits() {}

  /**
   * The limit of a topic's records.
   *
   * @param producer properties of the producer that writes them
   * @param option a limit that the user sets, see {@code dead.letters.max.bytes}; null: none
   * @throws org.apache.kafka.common.config.ConfigException a property isn't what Kafka wants
   */
  static RecordLimit of(TopicSettings topic, Properties producer, Integer option) {
    CompressionType sent = CompressionType.forName(value(producer, COMPRESSION_TYPE_CONFIG));
    CompressionType stored = topic.compression() == null ? sent : topic.compression();
    boolean compressed = sent != CompressionType.NONE || stored != CompressionType.NONE;
    int room = topic.maxBytes() - RecordLimit.OVERHEAD;
    // Data that can't be compressed grow, by less than an eighth with all of Kafka's compressions.
    Bound broker =
        new Bound(
            compressed ? (int) (room * 8L / 9) : room,
            "%s=%d of topic %s"
                .formatted(TopicSettings.MAX_BYTES, topic.maxBytes(), topic.topic()));
    Bound client =
        smallest(
            bound(producer, MAX_REQUEST_SIZE_CONFIG),
            bound(producer, BUFFER_MEMORY_CONFIG),
            new Bound(LARGEST_REQUEST, "the largest request that brokers take, 100 MiB"),
            option == null
                ? new Bound(LARGEST_REQUEST, "")
                : new Bound(option, StreamOptions.DEAD_LETTERS_MAX_BYTES.key() + "=" + option));
    Bound both = smallest(client, broker);
    return new RecordLimit(
        both.bytes,
        client.bytes,
        topic.maxBytes(),
        compressed && sent == stored ? sent : null,
        both.rule);
  }

  /** What the {@code batch.size} of a producer that doesn't compress may be for a topic. */
  static int largestBatch(TopicSettings topic) {
    boolean stored = topic.compression() != null && topic.compression() != CompressionType.NONE;
    int room = topic.maxBytes() - RecordLimit.OVERHEAD;
    return stored ? (int) (room * 8L / 9) : room;
  }

  /**
   * A whole number among a producer's properties, or Kafka's default.
   *
   * @throws org.apache.kafka.common.config.ConfigException the value is not a whole number
   */
  static long number(Properties producer, String key) {
    ConfigDef.Type type = ProducerConfig.configDef().configKeys().get(key).type;
    return ((Number) ConfigDef.parseType(key, value(producer, key), type)).longValue();
  }

  private static String value(Properties producer, String key) {
    Object set = producer.get(key);
    return String.valueOf(set == null ? ProducerConfig.configDef().defaultValues().get(key) : set);
  }

  private static Bound bound(Properties producer, String key) {
    long value = number(producer, key);
    return new Bound(
        (int) Math.min(Integer.MAX_VALUE, value - RecordLimit.OVERHEAD),
        StreamOptions.KAFKA + key + "=" + value);
  }

  private static Bound smallest(Bound... bounds) {
    return Stream.of(bounds).min(Comparator.comparingInt(Bound::bytes)).orElseThrow();
  }
}
