package dev.offramp.stream;

import dev.offramp.stream.StreamOptions.Start;
import dev.offramp.stream.options.Options;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Finds, before the job is submitted, where its source begins, and who else uses its consumer
 * group.
 */
final class SourceOffsets {
  /** The default of {@code source.group} before it was derived from the topics. */
  static final String FORMER_GROUP = "offramp";

  private final Options options;
  private final Admin admin;
  private final String topic;
  private final String group;

  /**
   * A finder.
   *
   * @param admin of the job's brokers; the caller closes it
   */
  SourceOffsets(Options options, Admin admin) {
    this.options = options;
    this.admin = admin;
    this.topic = options.get(StreamOptions.SOURCE_TOPIC);
    this.group = StreamOptions.group(options);
  }

  /**
   * Groups whose committed offsets count for a job, the first that has one for a partition: its own
   * and, where that is derived, the default group of earlier versions.
   */
  static List<String> groups(Options options) {
    String group = StreamOptions.group(options);
    return options.find(StreamOptions.SOURCE_GROUP).isPresent()
        ? List.of(group)
        : List.of(group, FORMER_GROUP);
  }

  /** Where the source begins if no broker is asked before. */
  static SourceStart unresolved(Options options) {
    return new SourceStart(
        options.get(StreamOptions.SOURCE_START), options.get(StreamOptions.SOURCE_TOPIC), Map.of());
  }

  /**
   * Where the source begins.
   *
   * @param warnings receives what the user should know of the consumer group
   * @throws ExecutionException Kafka refuses to tell the topic's offsets
   */
  SourceStart start(Consumer<String> warnings) throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetAndMetadata> own = committed(group, warnings);
    warnOfOtherUsers(own, warnings);
    Start start = options.get(StreamOptions.SOURCE_START);
    Map<Integer, Long> resolved =
        switch (start) {
          case EARLIEST -> Map.of();
          case LATEST -> ends();
          case COMMITTED -> ofFormerGroup(own, warnings);
        };
    return new SourceStart(start, topic, resolved);
  }

  private void warnOfOtherUsers(
      Map<TopicPartition, OffsetAndMetadata> own, Consumer<String> warnings)
      throws InterruptedException {
    Set<String> topics =
        own.keySet().stream()
            .map(TopicPartition::topic)
            .filter(name -> !name.equals(topic))
            .collect(Collectors.toCollection(TreeSet::new));
    String advice = "Give this job a group of its own: " + StreamOptions.SOURCE_GROUP.key();
    if (!topics.isEmpty()) {
      warnings.accept(
          "the consumer group %s also has offsets of %s, which this job does not read: another job uses it. %s"
              .formatted(group, topics, advice));
    }
    int members = members();
    if (members > 0) {
      warnings.accept(
          "the consumer group %s has members that are consuming now (%d). %s"
              .formatted(group, members, advice));
    }
  }

  /** Members of the group; none if there is no such group, or it may not be asked for. */
  private int members() throws InterruptedException {
    try {
      return admin
          .describeConsumerGroups(List.of(group))
          .describedGroups()
          .get(group)
          .get()
          .members()
          .size();
    } catch (ExecutionException e) {
      return 0;
    }
  }

  /** The former default group's offsets, where the job has none in the group derived now. */
  private Map<Integer, Long> ofFormerGroup(
      Map<TopicPartition, OffsetAndMetadata> own, Consumer<String> warnings)
      throws ExecutionException, InterruptedException {
    boolean read = own.keySet().stream().anyMatch(p -> p.topic().equals(topic));
    if (read || options.find(StreamOptions.SOURCE_GROUP).isPresent()) {
      return Map.of();
    }
    Map<Integer, Long> former = new TreeMap<>();
    committed(FORMER_GROUP, warnings)
        .forEach(
            (partition, offset) -> {
              if (partition.topic().equals(topic)) {
                former.put(partition.partition(), offset.offset());
              }
            });
    if (!former.isEmpty()) {
      warnings.accept(
          "the consumer group %s has no offsets of %s, but %s, the default of earlier versions, has: a job that starts without a checkpoint goes on there, at %s. To begin elsewhere set %s or %s"
              .formatted(
                  group,
                  topic,
                  FORMER_GROUP,
                  former,
                  StreamOptions.SOURCE_GROUP.key(),
                  StreamOptions.SOURCE_START.key()));
    }
    return former;
  }

  private Map<Integer, Long> ends() throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    admin
        .describeTopics(List.of(topic))
        .allTopicNames()
        .get()
        .get(topic)
        .partitions()
        .forEach(p -> asked.put(new TopicPartition(topic, p.partition()), OffsetSpec.latest()));
    Map<Integer, Long> ends = new TreeMap<>();
    admin
        .listOffsets(asked)
        .all()
        .get()
        .forEach((partition, end) -> ends.put(partition.partition(), end.offset()));
    return ends;
  }

  /** The offsets that a group has committed; none, with a warning, if it may not be read. */
  private Map<TopicPartition, OffsetAndMetadata> committed(String name, Consumer<String> warnings)
      throws ExecutionException, InterruptedException {
    try {
      return committed(admin, name);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof AuthorizationException)) {
        throw e;
      }
      warnings.accept(
          "the offsets of the consumer group %s can't be read, since the login may not describe it: whether another job uses it is not known"
              .formatted(name));
      return Map.of();
    }
  }

  /**
   * The offsets that a group has committed.
   *
   * @throws ExecutionException Kafka refuses to tell them
   */
  static Map<TopicPartition, OffsetAndMetadata> committed(Admin admin, String group)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetAndMetadata> committed =
        new HashMap<>(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get());
    committed.values().removeIf(offset -> offset == null);
    return committed;
  }
}
