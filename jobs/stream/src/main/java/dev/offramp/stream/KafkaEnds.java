package dev.offramp.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.offramp.flink.Received;
import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.Prediction;
import dev.offramp.stream.options.Option;
import dev.offramp.stream.options.Options;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;

/** The ends of the job in Kafka: its source and its sinks. */
final class KafkaEnds {
  private KafkaEnds() {}

  /**
   * The events.
   *
   * @param start where a job without a checkpoint begins
   * @param largestPrediction bytes of the largest prediction without an id
   */
  static RetainedKafkaSource<Received> events(
      Options options, SourceStart start, int largestPrediction) {
    KafkaSource<Received> source =
        KafkaSource.<Received>builder()
            .setProperties(KafkaProperties.source(options))
            .setTopics(options.get(StreamOptions.SOURCE_TOPIC))
            .setGroupId(StreamOptions.group(options))
            .setStartingOffsets(start)
            .setDeserializer(
                new ReceivedDeserializer(
                    options.get(StreamOptions.SOURCE_FORMAT),
                    options.get(StreamOptions.LATENCY_START),
                    new IdLimit(
                        options.get(StreamOptions.SINK_TOPIC),
                        KafkaProperties.sink(options),
                        largestPrediction)))
            .build();
    return new RetainedKafkaSource<>(
        source,
        KafkaProperties.client(options),
        SourceOffsets.groups(options),
        options.get(StreamOptions.OUT_OF_RANGE));
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
    Properties properties = KafkaProperties.deadLetters(options);
    DeadLetterRecords records =
        new DeadLetterRecords(
            options.get(StreamOptions.DEAD_LETTERS_TOPIC),
            properties,
            options.find(StreamOptions.DEAD_LETTERS_MAX_BYTES).orElse(null));
    return sink(
        options,
        StreamOptions.DEAD_LETTERS_TOPIC,
        TransactionPrefix.deadLetters(options),
        properties,
        records);
  }

  private static <T> JobKafkaSink<T> sink(
      Options options,
      Option<String> topic,
      String prefix,
      Properties properties,
      KafkaRecordSerializationSchema<T> records) {
    KafkaSink<T> sink =
        KafkaSink.<T>builder()
            .setKafkaProducerConfig(properties)
            .setBootstrapServers(options.get(StreamOptions.BOOTSTRAP_SERVERS))
            .setRecordSerializer(records)
            .setDeliveryGuarantee(
                StreamOptions.exactlyOnce(options)
                    ? DeliveryGuarantee.EXACTLY_ONCE
                    : DeliveryGuarantee.AT_LEAST_ONCE)
            .setTransactionalIdPrefix(prefix)
            .build();
    return new JobKafkaSink<>(sink, KafkaProperties.client(options), options.get(topic));
  }
}
