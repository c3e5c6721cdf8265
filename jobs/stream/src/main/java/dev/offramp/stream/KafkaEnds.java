package dev.offramp.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.offramp.flink.Received;
import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.Prediction;
import dev.offramp.stream.StreamOptions.Guarantee;
import dev.offramp.stream.options.Option;
import dev.offramp.stream.options.Options;
import java.nio.ByteBuffer;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;

/** The ends of the job in Kafka: its source and its sinks. */
final class KafkaEnds {
  private KafkaEnds() {}

  /** The events. */
  static KafkaSource<Received> events(Options options) {
    return KafkaSource.<Received>builder()
        .setProperties(KafkaProperties.source(options))
        .setTopics(options.get(StreamOptions.SOURCE_TOPIC))
        .setGroupId(options.get(StreamOptions.SOURCE_GROUP))
        .setStartingOffsets(start(options))
        .setDeserializer(
            new ReceivedDeserializer(
                options.get(StreamOptions.SOURCE_FORMAT), options.get(StreamOptions.LATENCY_START)))
        .build();
  }

  /** The predictions, in Avro binary, keyed by the event's id. */
  static JobKafkaSink<Prediction> predictions(Options options) {
    AvroRecords<Prediction> records =
        new AvroRecords<>(
            options.get(StreamOptions.SINK_TOPIC),
            Prediction.class,
            prediction -> prediction.getEventId().getBytes(UTF_8));
    return sink(
        options,
        StreamOptions.SINK_TOPIC,
        TransactionPrefix.predictions(options),
        KafkaProperties.sink(options),
        records);
  }

  /** The dead letters, in Avro binary, under the keys that the records had. */
  static JobKafkaSink<DeadLetter> deadLetters(Options options) {
    AvroRecords<DeadLetter> records =
        new AvroRecords<>(
            options.get(StreamOptions.DEAD_LETTERS_TOPIC),
            DeadLetter.class,
            letter -> bytes(letter.getKey()));
    return sink(
        options,
        StreamOptions.DEAD_LETTERS_TOPIC,
        TransactionPrefix.deadLetters(options),
        KafkaProperties.deadLetters(options),
        records);
  }

  private static <T extends SpecificRecord> JobKafkaSink<T> sink(
      Options options,
      Option<String> topic,
      String prefix,
      Properties properties,
      AvroRecords<T> records) {
    KafkaSink<T> sink =
        KafkaSink.<T>builder()
            .setKafkaProducerConfig(properties)
            .setBootstrapServers(options.get(StreamOptions.BOOTSTRAP_SERVERS))
            .setRecordSerializer(records)
            .setDeliveryGuarantee(
                options.get(StreamOptions.SINK_GUARANTEE) == Guarantee.EXACTLY_ONCE
                    ? DeliveryGuarantee.EXACTLY_ONCE
                    : DeliveryGuarantee.AT_LEAST_ONCE)
            .setTransactionalIdPrefix(prefix)
            .build();
    return new JobKafkaSink<>(sink, KafkaProperties.client(options), options.get(topic));
  }

  @SuppressWarnings("deprecation") // The connector asks for the enum that Kafka has deprecated.
  private static OffsetsInitializer start(Options options) {
    return switch (options.get(StreamOptions.SOURCE_START)) {
      case EARLIEST -> OffsetsInitializer.earliest();
      case LATEST -> OffsetsInitializer.latest();
      case COMMITTED ->
          OffsetsInitializer.committedOffsets(
              org.apache.kafka.clients.consumer.OffsetResetStrategy.EARLIEST);
    };
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
