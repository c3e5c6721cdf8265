package dev.offramp.schemas;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** A record of each contract, with every field filled. */
final class KeptRecords {
  private static final Instant ARRIVED = Instant.parse("2026-01-02T03:04:05.678901Z");

  private KeptRecords() {}

  static byte[] bytes(SpecificRecord record) {
    return bytes(record.getClass(), record);
  }

  private static <T extends SpecificRecord> byte[] bytes(Class<T> type, SpecificRecord record) {
    return new RecordWriter<>(type).write(type.cast(record));
  }

  static List<SpecificRecord> all() {
    return List.of(event(), prediction(), deadLetter());
  }

  private static Event event() {
    return new Event(
        "e-1", new TensorInput("signal", List.of(2, 2), List.of(1f, -2f, 0f, 3e9f)), ARRIVED, 50L);
  }

  private static Prediction prediction() {
    return new Prediction(
        "e-1",
        "north",
        0.75,
        List.of(new LabelProbability("north", 0.75), new LabelProbability("süd", 0.25)),
        new Uncertainty(
            0.56,
            0.5,
            0.9,
            List.of("north"),
            PredictionSetKind.RAPS,
            0.95,
            SetCalibration.FORCED,
            0.81,
            true),
        new Exit(1, 3, ExitReason.DEADLINE),
        0.5,
        true,
        new Model("0123456789abcdef", "half", "f1"),
        new Timing(ARRIVED, ARRIVED.plusMillis(60), 50L, true));
  }

  private static DeadLetter deadLetter() {
    return new DeadLetter(
        utf8("no event"),
        utf8("key"),
        List.of(new Header("trace", utf8("1")), new Header("empty", null)),
        "events",
        3,
        41L,
        "e-1",
        FailureStage.DECODE,
        Reason.UNDECODABLE,
        "it ends within the record",
        ARRIVED,
        new Cut(
            new Whole(1_048_400L, "0".repeat(64)),
            new Whole(600_000L, "f".repeat(64)),
            new Whole(70_000L, "0123456789abcdef".repeat(4)),
            900));
  }

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
