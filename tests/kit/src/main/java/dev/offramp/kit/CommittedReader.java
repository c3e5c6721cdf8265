package dev.offramp.kit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a topic from its beginning, committed records only, and goes on where it stopped. It
 * belongs to no consumer group. One thread at a time.
 */
public final class CommittedReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;

  CommittedReader(Map<String, Object> clientProperties, String topic) {
    Map<String, Object> properties = new HashMap<>(clientProperties);
    properties.put("isolation.level", "read_committed");
    properties.put("auto.offset.reset", "earliest");
    properties.put("enable.auto.commit", false);
    properties.put("allow.auto.create.topics", false);
    consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(p -> new TopicPartition(p.topic(), p.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** What has come since the last call, waiting a little for it; may be empty. */
  public List<ConsumerRecord<byte[], byte[]>> poll() {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    consumer.poll(POLL).forEach(records::add);
    return records;
  }

  /**
   * Reads until there are so many records or the time is up.
   *
   * @param count how many are waited for; more come back if one poll brings them
   * @param timeout how long at most
   */
  public List<ConsumerRecord<byte[], byte[]>> read(int count, Duration timeout) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    long end = System.nanoTime() + timeout.toNanos();
    while (records.size() < count && System.nanoTime() - end < 0) {
      records.addAll(poll());
    }
    return records;
  }

  /**
   * Reads to the end of what is committed now.
   *
   * @throws IllegalStateException if the end isn't reached in time, with where it stopped
   */
  public List<ConsumerRecord<byte[], byte[]>> readToEnd(Duration timeout) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment(), timeout);
    long end = System.nanoTime() + timeout.toNanos();
    while (!ends.entrySet().stream().allMatch(e -> consumer.position(e.getKey()) >= e.getValue())) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException(
            "the ends %s were not reached in %s".formatted(ends, timeout));
      }
      records.addAll(poll());
    }
    return records;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
