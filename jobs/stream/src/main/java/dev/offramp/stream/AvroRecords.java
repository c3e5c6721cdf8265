package dev.offramp.stream;

import dev.offramp.schemas.RecordWriter;
import dev.offramp.schemas.TrustedSchemas;
import java.io.Serializable;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.serialization.SerializationSchema.InitializationContext;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes records as plain Avro binary. Kafka's timestamp is when they are written, not the event's:
 * a topic's retention counts from it, and old events read again would be gone at once.
 */
final class AvroRecords<T extends SpecificRecord> implements KafkaRecordSerializationSchema<T> {
  /** The key of a record; null: none. */
  interface Key<T> extends Function<T, byte[]>, Serializable {}

  static {
    // Flink's JobManager reads the sinks too, and its threads must not parse our schemas.
    TrustedSchemas.trust();
  }

  private final String topic;
  private final Class<T> type;
  private final Key<T> key;
  private transient RecordWriter<T> writer;

  AvroRecords(String topic, Class<T> type, Key<T> key) {
    this.topic = topic;
    this.type = type;
    this.key = key;
  }

  @Override
  public void open(InitializationContext context, KafkaSinkContext sink) {
    writer = new RecordWriter<>(type);
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(T value, KafkaSinkContext sink, Long timestamp) {
    return new ProducerRecord<>(topic, key.apply(value), writer.write(value));
  }
}
