package dev.offramp.stream;

import dev.offramp.schemas.TrustedSchemas;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.function.Function;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
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
    // A sink in a JVM of its own also reads what operators elsewhere send it.
    TrustedSchemas.trust();
  }

  private final String topic;
  private final Class<T> type;
  private final Key<T> key;
  private transient SpecificDatumWriter<T> writer;
  private transient ByteArrayOutputStream bytes;
  private transient BinaryEncoder encoder;

  AvroRecords(String topic, Class<T> type, Key<T> key) {
    this.topic = topic;
    this.type = type;
    this.key = key;
  }

  @Override
  public void open(InitializationContext context, KafkaSinkContext sink) {
    writer = new SpecificDatumWriter<>(type);
    bytes = new ByteArrayOutputStream();
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(T value, KafkaSinkContext sink, Long timestamp) {
    bytes.reset();
    encoder = EncoderFactory.get().directBinaryEncoder(bytes, encoder);
    try {
      writer.write(value, encoder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ProducerRecord<>(topic, key.apply(value), bytes.toByteArray());
  }
}
