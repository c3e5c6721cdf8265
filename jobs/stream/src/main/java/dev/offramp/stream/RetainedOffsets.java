package dev.offramp.stream;

import dev.offramp.stream.StreamOptions.OutOfRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the offsets at which partitions are to be read with those that the topic retains, before
 * they are read. An offset that is out of range fails the job for good, or moves to the earliest
 * retained record, as {@link StreamOptions#OUT_OF_RANGE} says; it is counted and logged either way.
 * The task's thread.
 */
final class RetainedOffsets {
  private static final Logger LOG = LoggerFactory.getLogger(RetainedOffsets.class);

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What a topic retains of a partition: offsets from earliest to before end. */
  private record Range(long earliest, long end) {
    boolean holds(long offset) {
      return offset >= earliest && offset <= end;
    }
  }

  private final Properties client;
  private final List<String> groups;
  private final OutOfRange reaction;
  private final Counter gaps;
  private final Counter skipped;

  /**
   * A check.
   *
   * @param client properties of Kafka's admin client
   * @param groups whose committed offsets count, see {@link SourceOffsets#groups}
   * @param metrics group of the metrics {@code offsetsOutOfRange} and {@code skippedOffsets}
   */
  RetainedOffsets(
      Properties client, List<String> groups, OutOfRange reaction, MetricGroup metrics) {
    this.client = client;
    this.groups = groups;
    this.reaction = reaction;
    this.gaps = metrics.counter("offsetsOutOfRange");
    this.skipped = metrics.counter("skippedOffsets");
  }

  /**
   * The splits with offsets that are in range.
   *
   * @throws SuppressRestartsException an offset is out of range and the job is to fail; the message
   *     names every partition, the numbers and the option
   */
  List<KafkaPartitionSplit> checked(List<KafkaPartitionSplit> splits) {
    if (splits.isEmpty()) {
      return splits;
    }
    Map<TopicPartition, Range> ranges = new HashMap<>();
    List<KafkaPartitionSplit> concrete;
    try (Admin admin = Admin.create(client)) {
      ranges.putAll(
          ranges(admin, splits.stream().map(KafkaPartitionSplit::getTopicPartition).toList()));
      concrete = concrete(admin, splits, ranges);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "the retained offsets of %s can't be read: %s"
              .formatted(splits, e.getCause().getMessage()),
          e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the retained offsets were read", e);
    }
    return inRange(concrete, ranges);
  }

  /**
   * The splits with numbers in place of markers. An EARLIEST marker becomes a number so that
   * records which expire before the first is read are missed; a COMMITTED marker, which savepoints
   * of earlier versions have for partitions that were never read, since the consumer resolves none.
   */
  private List<KafkaPartitionSplit> concrete(
      Admin admin, List<KafkaPartitionSplit> splits, Map<TopicPartition, Range> ranges)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
    if (splits.stream()
        .anyMatch(s -> s.getStartingOffset() == KafkaPartitionSplit.COMMITTED_OFFSET)) {
      for (String group : groups) {
        SourceOffsets.committed(admin, group).forEach(committed::putIfAbsent);
      }
    }
    List<KafkaPartitionSplit> concrete = new ArrayList<>();
    for (KafkaPartitionSplit split : splits) {
      long earliest = ranges.get(split.getTopicPartition()).earliest;
      OffsetAndMetadata stopped = committed.get(split.getTopicPartition());
      if (split.getStartingOffset() == KafkaPartitionSplit.EARLIEST_OFFSET) {
        concrete.add(at(split, earliest));
      } else if (split.getStartingOffset() == KafkaPartitionSplit.COMMITTED_OFFSET) {
        concrete.add(at(split, stopped == null ? earliest : stopped.offset()));
      } else {
        concrete.add(split);
      }
    }
    return concrete;
  }

  private List<KafkaPartitionSplit> inRange(
      List<KafkaPartitionSplit> splits, Map<TopicPartition, Range> ranges) {
    List<KafkaPartitionSplit> checked = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    for (KafkaPartitionSplit split : splits) {
      Range range = ranges.get(split.getTopicPartition());
      long offset = split.getStartingOffset();
      if (offset < 0 || range.holds(offset)) {
        checked.add(split);
        continue;
      }
      String gap = gap(split, range);
      gaps.inc();
      faults.add(gap);
      if (reaction == OutOfRange.EARLIEST) {
        skipped.inc(Math.max(0, range.earliest - offset));
        LOG.warn("{}. The job goes on at offset {}", gap, range.earliest);
        checked.add(at(split, range.earliest));
      }
    }
    if (reaction == OutOfRange.FAIL && !faults.isEmpty()) {
      String message =
          "%s. To go on at the earliest retained record instead, set %s: earliest"
              .formatted(String.join("; ", faults), StreamOptions.OUT_OF_RANGE.key());
      LOG.error(message);
      // A restart finds the same offsets.
      throw new SuppressRestartsException(new IllegalStateException(message));
    }
    return checked;
  }

  private static String gap(KafkaPartitionSplit split, Range range) {
    long offset = split.getStartingOffset();
    String next =
        "topic %s, partition %d: the next record to read is at offset %d"
            .formatted(split.getTopic(), split.getPartition(), offset);
    return offset < range.earliest
        ? "%s, but the retained records begin at offset %d, so %d offsets are no longer in the topic (its retention is shorter than the time in which the job did not read)"
            .formatted(next, range.earliest, range.earliest - offset)
        : "%s, but the topic ends at offset %d: it was deleted and created again, or truncated"
            .formatted(next, range.end);
  }

  private static KafkaPartitionSplit at(KafkaPartitionSplit split, long offset) {
    return new KafkaPartitionSplit(
        split.getTopicPartition(),
        offset,
        split.getStoppingOffset().orElse(KafkaPartitionSplit.NO_STOPPING_OFFSET));
  }

  private static Map<TopicPartition, Range> ranges(
      Admin admin, Collection<TopicPartition> partitions)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, ListOffsetsResultInfo> earliest =
        offsets(admin, partitions, OffsetSpec.earliest());
    Map<TopicPartition, ListOffsetsResultInfo> end =
        offsets(admin, partitions, OffsetSpec.latest());
    Map<TopicPartition, Range> ranges = new HashMap<>();
    partitions.forEach(
        p -> ranges.put(p, new Range(earliest.get(p).offset(), end.get(p).offset())));
    return ranges;
  }

  private static Map<TopicPartition, ListOffsetsResultInfo> offsets(
      Admin admin, Collection<TopicPartition> partitions, OffsetSpec spec)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(p -> asked.put(p, spec));
    return admin
        .listOffsets(asked, new ListOffsetsOptions().timeoutMs((int) PATIENCE.toMillis()))
        .all()
        .get();
  }
}
