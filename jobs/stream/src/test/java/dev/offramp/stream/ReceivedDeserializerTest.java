package dev.offramp.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.flink.Received;
import dev.offramp.schemas.FailureStage;
import dev.offramp.schemas.Reason;
import dev.offramp.stream.StreamOptions.LatencyStart;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class ReceivedDeserializerTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

  @Test
  void recordOfAnEventKeepsWhereItCameFrom() {
    Received received = deserializer(LatencyStart.ARRIVAL).received(record("hello", 5));

    assertThat(received.decoded()).isTrue();
    assertThat(received.event().getId()).isEqualTo("key");
    assertThat(received.event().getInput()).isEqualTo("hello");
    assertThat(received.origin().value()).asString(UTF_8).isEqualTo("hello");
    assertThat(received.origin().key()).asString(UTF_8).isEqualTo("key");
    assertThat(received.origin().topic()).isEqualTo("events");
    assertThat(received.origin().partition()).isEqualTo(3);
    assertThat(received.origin().offset()).isEqualTo(41);
    assertThat(received.origin().headers())
        .extracting(Received.Header::name)
        .containsExactly("trace", "none");
    assertThat(received.origin().headers().get(0).value()).containsExactly(1, 2);
    assertThat(received.origin().headers().get(1).value()).isNull();
  }

  @Test
  void budgetBeginsAtTheClockOrAtKafkasTimestamp() {
    long now = NOW.toEpochMilli() * 1000;
    assertThat(deserializer(LatencyStart.ARRIVAL).received(record("x", 5)).receivedMicros())
        .isEqualTo(now);
    assertThat(deserializer(LatencyStart.KAFKA).received(record("x", 5)).receivedMicros())
        .isEqualTo(5000);
    assertThat(deserializer(LatencyStart.KAFKA).received(record("x", -1)).receivedMicros())
        .isEqualTo(now);
  }

  @Test
  void timestampFromTheEndOfTimeStaysThere() {
    assertThat(
            deserializer(LatencyStart.KAFKA).received(record("x", Long.MAX_VALUE)).receivedMicros())
        .isEqualTo(Long.MAX_VALUE / 1000 * 1000);
  }

  @Test
  void recordThatIsNoEventSaysWhy() {
    Received received = deserializer(LatencyStart.ARRIVAL).received(record(null, 5));

    assertThat(received.decoded()).isFalse();
    assertThat(received.reason()).isEqualTo(Reason.EMPTY_TEXT);
    assertThat(received.message()).isEqualTo("the record has no value");
    assertThat(received.origin().offset()).isEqualTo(41);
  }

  @Test
  void idThatNoPredictionCanCarryIsRefusedWithItsEvent() {
    ReceivedDeserializer deserializer = deserializer(LatencyStart.ARRIVAL);
    // 2,000 bytes less 128 of Kafka's and 200 of the prediction's, for two of the id.
    Received longest = deserializer.received(record("ä".repeat(418), "hello", 5));
    Received longer = deserializer.received(record("ä".repeat(418) + "b", "hello", 5));

    assertThat(longest.decoded()).isTrue();
    assertThat(longer.decoded()).isFalse();
    assertThat(longer.reason()).isEqualTo(Reason.ID_TOO_LARGE);
    assertThat(longer.failedAt()).isEqualTo(FailureStage.VALIDATE);
    assertThat(longer.event().getId()).isEqualTo("ä".repeat(418) + "b");
    assertThat(longer.message())
        .isEqualTo(
            "the event's id has 837 bytes, the longest that a prediction can carry to topic predictions has 836 (max.message.bytes=2000 of topic predictions)");
  }

  private static ReceivedDeserializer deserializer(LatencyStart start) {
    Properties producer = new Properties();
    producer.put("batch.size", "1000");
    IdLimit ids = new IdLimit("predictions", producer, 200);
    ids.open(TopicSettings.of("predictions", Map.of("max.message.bytes", "2000")));
    ReceivedDeserializer deserializer = new ReceivedDeserializer(SourceFormat.TEXT, start, ids);
    deserializer.open(Clock.fixed(NOW, ZoneOffset.UTC));
    return deserializer;
  }

  private static ConsumerRecord<byte[], byte[]> record(String value, long timestamp) {
    return record("key", value, timestamp);
  }

  private static ConsumerRecord<byte[], byte[]> record(String key, String value, long timestamp) {
    RecordHeaders headers = new RecordHeaders();
    headers.add("trace", new byte[] {1, 2});
    headers.add("none", null);
    return new ConsumerRecord<>(
        "events",
        3,
        41,
        timestamp,
        TimestampType.CREATE_TIME,
        3,
        5,
        key.getBytes(UTF_8),
        value == null ? null : value.getBytes(UTF_8),
        headers,
        Optional.empty());
  }
}
