package dev.offramp.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.offramp.schemas.Event;
import java.io.Serializable;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * How long an event's id may be so that the sink's topic takes its prediction, which holds the id
 * in its key and in its value. Found anew whenever a reader starts, so that a restart sees a
 * topic's limit that has changed. One thread.
 */
final class IdLimit implements Serializable {
  /** The least that the sink's topic must take, bytes in UTF-8. */
  static final int LEAST_BYTES = 512;

  private final String topic;
  private final Properties producer;
  private final int largestPrediction;
  private transient RecordLimit limit;

  /**
   * The limit for a topic.
   *
   * @param topic of predictions
   * @param producer properties of the producer that sends them
   * @param largestPrediction bytes of the largest prediction without an id
   */
  IdLimit(String topic, Properties producer, int largestPrediction) {
    this.topic = topic;
    this.producer = producer;
    this.largestPrediction = largestPrediction;
  }

  /**
   * Asks Kafka for the topic's settings.
   *
   * @throws StartException the topic takes too little for a prediction or for a batch: parts of a
   *     batch that the producer splits can be refused for ever, see {@link KafkaProperties}
   */
  void open() {
    open(TopicSettings.ask(producer, topic));
  }

  /** Opens it for a topic with these settings. */
  void open(TopicSettings settings) {
    limit = RecordLimits.of(settings, producer, null);
    if (bytes() < LEAST_BYTES) {
      throw new StartException(
          "topic %s is too small for predictions: with an id of %d bytes they have up to %d bytes, and %s allows %d. Raise it"
              .formatted(
                  topic,
                  LEAST_BYTES,
                  largestPrediction + 2 * LEAST_BYTES,
                  limit.rule(),
                  Math.max(0, limit.always())));
    }
    long batch = RecordLimits.number(producer, ProducerConfig.BATCH_SIZE_CONFIG);
    if (batch > RecordLimits.largestBatch(settings)) {
      throw new StartException(
          "kafka.batch.size=%d is too large: topic %s takes batches of %d bytes (%s=%d). Set kafka.batch.size to that, or raise the topic's limit"
              .formatted(
                  batch,
                  topic,
                  RecordLimits.largestBatch(settings),
                  TopicSettings.MAX_BYTES,
                  settings.maxBytes()));
    }
  }

  /** The longest id, bytes in UTF-8. */
  int bytes() {
    return limit.longestId(largestPrediction);
  }

  /** What is wrong with the event's id, in words; null: nothing. */
  String fault(Event event) {
    String id = event.getId();
    if (id.length() <= bytes() / 3) {
      return null; // No char takes more than three bytes.
    }
    int length = id.getBytes(UTF_8).length;
    return length <= bytes()
        ? null
        : "the event's id has %d bytes, the longest that a prediction can carry to topic %s has %d (%s)"
            .formatted(length, topic, bytes(), limit.rule());
  }
}
