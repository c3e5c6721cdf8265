package dev.offramp.stream;

import dev.offramp.flink.Received;
import dev.offramp.flink.Received.Header;
import dev.offramp.flink.Received.Origin;
import dev.offramp.runtime.Ticker;
import dev.offramp.schemas.Reason;
import dev.offramp.stream.EventFormat.Coordinates;
import dev.offramp.stream.StreamOptions.LatencyStart;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.serialization.DeserializationSchema.InitializationContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A Kafka record as the operators take it in: the event, or why its bytes are none, with all that a
 * dead letter must hold. Throws on no record whatever its bytes: the job would restart and read it
 * again for ever.
 */
final class ReceivedDeserializer implements KafkaRecordDeserializationSchema<Received> {
  private final SourceFormat format;
  private final LatencyStart start;
  private final IdLimit ids;
  private transient EventFormat decoder;
  private transient Clock clock;

  ReceivedDeserializer(SourceFormat format, LatencyStart start, IdLimit ids) {
    this.format = format;
    this.start = start;
    this.ids = ids;
  }

  @Override
  public void open(InitializationContext context) {
    ids.open();
    open(Clock.systemUTC());
  }

  /** Opens it with a clock of one's own; the limit of ids must be open. */
  void open(Clock time) {
    clock = time;
    decoder = format.decoder();
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Received> out) {
    out.collect(received(record));
  }

  Received received(ConsumerRecord<byte[], byte[]> record) {
    Origin origin =
        new Origin(
            record.value(),
            record.key(),
            headers(record),
            record.topic(),
            record.partition(),
            record.offset());
    long micros = micros(record);
    Coordinates at = new Coordinates(record.topic(), record.partition(), record.offset());
    Decoded decoded = decoder.decode(record.value(), record.key(), at);
    if (decoded instanceof Decoded.Good good) {
      String fault = ids.fault(good.event());
      return fault == null
          ? Received.of(good.event(), origin, micros)
          : Received.refused(good.event(), Reason.ID_TOO_LARGE, fault, origin, micros);
    }
    Decoded.Bad bad = (Decoded.Bad) decoded;
    return Received.undecodable(bad.reason(), bad.message(), origin, micros);
  }

  @Override
  public TypeInformation<Received> getProducedType() {
    return TypeInformation.of(Received.class);
  }

  private long micros(ConsumerRecord<byte[], byte[]> record) {
    // Very old records carry no timestamp.
    boolean kafka = start == LatencyStart.KAFKA && record.timestamp() >= 0;
    // A producer can claim any time.
    return kafka
        ? 1000 * Math.min(record.timestamp(), Long.MAX_VALUE / 1000)
        : Ticker.micros(clock.instant());
  }

  private static List<Header> headers(ConsumerRecord<byte[], byte[]> record) {
    List<Header> headers = new ArrayList<>();
    record.headers().forEach(header -> headers.add(new Header(header.key(), header.value())));
    return headers;
  }
}
