package dev.offramp.stream;

import dev.offramp.stream.StreamOptions.Start;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a job that starts without a checkpoint begins to read each partition. It says nothing of a
 * restored job: the consumer's {@code auto.offset.reset} is {@code none}, so an offset that is out
 * of range is an error and never a silent jump to either end. {@link RetainedOffsets} decides then.
 */
@SuppressWarnings("deprecation") // The connector asks for the enum that Kafka has deprecated.
final class SourceStart implements OffsetsInitializer {
  private final Start start;

  /** Offsets that were resolved before the job was submitted, by partition. */
  private final TreeMap<Integer, Long> resolved;

  private final String topic;

  /**
   * A start.
   *
   * @param resolved offsets by partition that win over {@code start}. {@link Start#LATEST} needs
   *     them: resolved again after a failure before the first checkpoint, it would skip the records
   *     that came in between
   */
  SourceStart(Start start, String topic, Map<Integer, Long> resolved) {
    this.start = start;
    this.topic = topic;
    this.resolved = new TreeMap<>(resolved);
  }

  @Override
  public Map<TopicPartition, Long> getPartitionOffsets(
      Collection<TopicPartition> partitions, PartitionOffsetsRetriever retriever) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    List<TopicPartition> open = new ArrayList<>();
    for (TopicPartition partition : partitions) {
      Long offset = partition.topic().equals(topic) ? resolved.get(partition.partition()) : null;
      if (offset == null) {
        open.add(partition);
      }
      offsets.put(partition, offset == null ? KafkaPartitionSplit.EARLIEST_OFFSET : offset);
    }
    if (open.isEmpty()) {
      return offsets;
    }
    if (start == Start.COMMITTED) {
      offsets.putAll(retriever.committedOffsets(open));
    } else if (start == Start.LATEST && resolved.isEmpty()) {
      offsets.putAll(retriever.endOffsets(open));
    }
    // Else a partition that was added after the offsets were resolved: all of it is new.
    return offsets;
  }

  @Override
  public org.apache.kafka.clients.consumer.OffsetResetStrategy getAutoOffsetResetStrategy() {
    return org.apache.kafka.clients.consumer.OffsetResetStrategy.NONE;
  }
}
