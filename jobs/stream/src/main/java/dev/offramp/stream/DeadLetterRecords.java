package dev.offramp.stream;

import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.RecordWriter;
import dev.offramp.schemas.TrustedSchemas;
import java.nio.ByteBuffer;
import java.util.Properties;
import org.apache.flink.api.common.serialization.SerializationSchema.InitializationContext;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes dead letters as plain Avro binary, under the keys that the records had. A letter that is
 * larger than its topic or the producer takes is cut, see {@link DeadLetterCut}. The limits are
 * asked for whenever a writer starts, so that a restart sees those that have changed.
 */
final class DeadLetterRecords implements KafkaRecordSerializationSchema<DeadLetter> {
  /** The least that a dead-letter topic must take, bytes of key and value before compression. */
  static final int LEAST_BYTES = 8 << 10;

  /** Larger keys are in the letter alone where a letter must be cut: one part in so many. */
  private static final int KEY_SHARE = 8;

  static {
    // Flink's JobManager reads the sinks too, and its threads must not parse our schemas.
    TrustedSchemas.trust();
  }

  private final String topic;
  private final Properties producer;
  private final Integer maxBytes;
  private transient RecordLimit limit;
  private transient DeadLetterCut cut;
  private transient RecordWriter<DeadLetter> writer;

  /**
   * A writer.
   *
   * @param producer properties of the producer that sends what this makes
   * @param maxBytes the option {@code dead.letters.max.bytes}; null: not set
   */
  DeadLetterRecords(String topic, Properties producer, Integer maxBytes) {
    this.topic = topic;
    this.producer = producer;
    this.maxBytes = maxBytes;
  }

  @Override
  public void open(InitializationContext context, KafkaSinkContext sink) {
    open(TopicSettings.ask(producer, topic));
  }

  /** Opens it for a topic with these settings. */
  void open(TopicSettings settings) {
    limit = RecordLimits.of(settings, producer, maxBytes);
    if (limit.always() < LEAST_BYTES) {
      throw new StartException(tooSmall(topic, limit));
    }
    writer = new RecordWriter<>(DeadLetter.class);
    cut = new DeadLetterCut();
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      DeadLetter letter, KafkaSinkContext sink, Long timestamp) {
    byte[] key = bytes(letter.getKey());
    DeadLetter bounded = DeadLetterCut.withShortMessage(letter);
    if (DeadLetterCut.contentBytes(bounded) <= limit.most()) {
      byte[] value = writer.write(bounded);
      if (limit.fits(key, value)) {
        return new ProducerRecord<>(topic, key, value);
      }
    }
    boolean keyed = key != null && key.length <= limit.always() / KEY_SHARE;
    DeadLetter fitting = cut.fit(bounded, limit.always() - (keyed ? key.length : 0));
    return new ProducerRecord<>(topic, keyed ? key : null, writer.write(fitting));
  }

  /** Says that a topic takes too little for dead letters. */
  static String tooSmall(String topic, RecordLimit limit) {
    return "topic %s takes dead letters of %d bytes, the job needs %d: %s is too small (compression can let data grow by an eighth). Raise it, or use another topic"
        .formatted(topic, Math.max(0, limit.always()), LEAST_BYTES, limit.rule());
  }

  private static byte[] bytes(ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
