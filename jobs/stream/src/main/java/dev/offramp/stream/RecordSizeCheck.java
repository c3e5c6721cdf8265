package dev.offramp.stream;

import static org.apache.kafka.clients.producer.ProducerConfig.BATCH_SIZE_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.BUFFER_MEMORY_CONFIG;

import dev.offramp.stream.options.Options;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the sizes of the records that the job writes with what their topics and the producer
 * take, before the job is submitted.
 */
final class RecordSizeCheck {
  private static final Logger LOG = LoggerFactory.getLogger(RecordSizeCheck.class);

  private final Options options;
  private final int largestPrediction;

  /**
   * A check of a job of these options.
   *
   * @param largestPrediction bytes of the largest prediction without an id
   */
  RecordSizeCheck(Options options, int largestPrediction) {
    this.options = options;
    this.largestPrediction = largestPrediction;
  }

  /**
   * Asks Kafka for the topics' settings and compares. Warns if the topic of dead letters takes less
   * than the source's topic.
   *
   * @throws StartException says which limit is too small and what to do
   */
  void run() {
    buffer(KafkaProperties.sink(options));
    try (Admin admin = Admin.create(KafkaProperties.client(options))) {
      predictions(TopicSettings.ask(admin, options.get(StreamOptions.SINK_TOPIC)));
      deadLetters(
          TopicSettings.ask(admin, options.get(StreamOptions.DEAD_LETTERS_TOPIC)),
          TopicSettings.ask(admin, options.get(StreamOptions.SOURCE_TOPIC)));
    }
  }

  private void predictions(TopicSettings topic) {
    new IdLimit(topic.topic(), KafkaProperties.sink(options), largestPrediction).open(topic);
  }

  private void deadLetters(TopicSettings letters, TopicSettings source) {
    RecordLimit limit =
        RecordLimits.of(
            letters,
            KafkaProperties.deadLetters(options),
            options.find(StreamOptions.DEAD_LETTERS_MAX_BYTES).orElse(null));
    if (letters.compacted()) {
      throw new StartException(
          "topic %s (%s) is compacted: it would keep one dead letter of each key, and refuse those without a key. Set its cleanup.policy to delete, or use another topic"
              .formatted(letters.topic(), StreamOptions.DEAD_LETTERS_TOPIC.key()));
    }
    if (limit.always() < DeadLetterRecords.LEAST_BYTES) {
      throw new StartException(DeadLetterRecords.tooSmall(letters.topic(), limit));
    }
    int largest = Math.min(letters.maxBytes(), limit.most());
    if (largest < source.maxBytes()) {
      LOG.warn(
          "Topic {} takes records of {} bytes, dead letters can have {} ({}): those of larger records are cut. To keep"
              + " them whole raise what is smaller, for the topic by: kafka-configs.sh --bootstrap-server {} --alter"
              + " --entity-type topics --entity-name {} --add-config {}={}",
          source.topic(),
          source.maxBytes(),
          largest,
          limit.most() < letters.maxBytes()
              ? "options of the job"
              : TopicSettings.MAX_BYTES + " of topic " + letters.topic(),
          options.shown(StreamOptions.BOOTSTRAP_SERVERS.key()).orElseThrow(),
          letters.topic(),
          TopicSettings.MAX_BYTES,
          source.maxBytes() + source.maxBytes() / 8L + DeadLetterRecords.LEAST_BYTES);
    }
  }

  /** Kafka's producer takes memory for a whole batch, however small the record. */
  private static void buffer(Properties producer) {
    long batch = RecordLimits.number(producer, BATCH_SIZE_CONFIG);
    long memory = RecordLimits.number(producer, BUFFER_MEMORY_CONFIG);
    if (memory < batch) {
      throw new StartException(
          "kafka.buffer.memory must be at least kafka.batch.size: %d < %d"
              .formatted(memory, batch));
    }
  }
}
