package dev.offramp.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.schemas.Event;
import dev.offramp.schemas.Reason;
import dev.offramp.schemas.RecordWriter;
import dev.offramp.schemas.TensorInput;
import dev.offramp.stream.EventFormat.Coordinates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class EventFormatTest {
  private static final Coordinates AT = new Coordinates("events", 3, 41);
  private static final byte[] NO_UTF8 = {'a', (byte) 0xC3, (byte) 0x28};

  @Nested
  class Text {
    private final EventFormat format = SourceFormat.TEXT.decoder();

    @Test
    void valueIsTheTextAndKeyTheId() {
      assertThat(good(format.decode("grüße ☃".getBytes(UTF_8), "k1".getBytes(UTF_8), AT)))
          .isEqualTo(new Event("k1", "grüße ☃", null, null));
    }

    @Test
    void withoutAKeyTheCoordinatesAreTheId() {
      byte[] text = "x".getBytes(UTF_8);
      assertThat(good(format.decode(text, null, AT)).getId()).isEqualTo("events-3-41");
      assertThat(good(format.decode(text, new byte[0], AT)).getId()).isEqualTo("events-3-41");
      assertThat(good(format.decode(text, NO_UTF8, AT)).getId()).isEqualTo("events-3-41");
    }

    @Test
    void emptyValueIsAnEmptyText() {
      assertThat(good(format.decode(new byte[0], null, AT)).getInput()).isEqualTo("");
    }

    @Test
    void invalidUtf8IsRefused() {
      assertThat(format.decode(NO_UTF8, null, AT))
          .isEqualTo(
              new Decoded.Bad(Reason.INVALID_UTF8, "the value is no UTF-8 (Input length = 1)"));
      byte[] surrogate = {(byte) 0xED, (byte) 0xA0, (byte) 0x80};
      assertThat(bad(format.decode(surrogate, null, AT)).reason()).isEqualTo(Reason.INVALID_UTF8);
    }

    @Test
    void recordWithoutAValueIsRefused() {
      assertThat(format.decode(null, null, AT))
          .isEqualTo(new Decoded.Bad(Reason.EMPTY_TEXT, "the record has no value"));
    }
  }

  @Nested
  class Avro {
    private final EventFormat format = SourceFormat.AVRO.decoder();

    @Test
    void eventsComeBackAsTheyWere() throws IOException {
      Event text = new Event("e1", "grüße ☃", Instant.parse("2026-01-02T03:04:05.000006Z"), 50L);
      Event tensor =
          new Event(
              "e2",
              new TensorInput("pixels", List.of(2, 2), List.of(1f, -2f, 0f, 3e9f)),
              null,
              null);
      assertThat(good(format.decode(avro(text), null, AT))).isEqualTo(text);
      assertThat(good(format.decode(avro(tensor), null, AT))).isEqualTo(tensor);
    }

    @Test
    void recordWithoutAValueIsRefused() {
      assertThat(format.decode(null, null, AT))
          .isEqualTo(
              new Decoded.Bad(
                  Reason.UNDECODABLE, "no Event in Avro binary: the record has no value"));
    }

    @Test
    void trailingBytesAreRefused() throws IOException {
      byte[] event = avro(new Event("e1", "x", null, null));
      assertThat(format.decode(Arrays.copyOf(event, event.length + 2), null, AT))
          .isEqualTo(
              new Decoded.Bad(
                  Reason.UNDECODABLE, "no Event in Avro binary: 2 bytes after the record's 8"));
    }

    @Test
    void everyShorterPieceIsRefused() throws IOException {
      byte[] event = avro(new Event("e1", "some text", Instant.EPOCH, 50L));
      for (int length = 0; length < event.length; length++) {
        assertThat(bad(format.decode(Arrays.copyOf(event, length), null, AT)).reason())
            .isEqualTo(Reason.UNDECODABLE);
      }
    }

    @Test
    void stringThatIsNoUtf8IsRefused() throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      BinaryEncoder out = encoder(bytes);
      out.writeString("e1");
      out.writeIndex(0);
      out.writeBytes(NO_UTF8);
      out.writeIndex(0);
      out.writeIndex(0);
      assertThat(bad(format.decode(bytes.toByteArray(), null, AT)).reason())
          .isEqualTo(Reason.INVALID_UTF8);
    }

    @Test
    void unionBranchThatIsNotThereIsRefused() throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      BinaryEncoder out = encoder(bytes);
      out.writeString("e1");
      out.writeIndex(7);
      out.writeString("x");
      assertThat(bad(format.decode(bytes.toByteArray(), null, AT)).reason())
          .isEqualTo(Reason.UNDECODABLE);
    }

    @Test
    void frameOfASchemaRegistryIsNamed() {
      byte[] event = avro(new Event("e1", "some text", Instant.EPOCH, 50L));
      for (int id : new int[] {0, 1, 2, 7, 258, 0x01000000, Integer.MAX_VALUE}) {
        byte[] framed =
            ByteBuffer.allocate(5 + event.length).put((byte) 0).putInt(id).put(event).array();
        assertThat(bad(format.decode(framed, null, AT)).message())
            .startsWith("no Event in Avro binary: ")
            .endsWith(
                "It begins with a schema registry's frame (magic byte 0, schema id %d): write the events without it, as plain Avro binary"
                    .formatted(id));
      }
    }

    @Test
    void otherFormsThanPlainAvroAreNamed() {
      byte[] single = {(byte) 0xC3, 1, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0};
      assertThat(bad(format.decode(single, null, AT)).message()).contains("single-object encoding");
      assertThat(bad(format.decode("Obj\1\4rest".getBytes(UTF_8), null, AT)).message())
          .contains("object container file");
      assertThat(bad(format.decode("{\"id\": \"e1\"}".getBytes(UTF_8), null, AT)).message())
          .contains("as JSON does");
    }

    @Test
    void eventWithAnEmptyIdIsNoFrame() throws IOException {
      Event event = new Event("", "some text", null, null);
      assertThat(good(format.decode(avro(event), null, AT))).isEqualTo(event);
    }

    @Test
    void lengthBeyondTheRecordIsRefused() throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      BinaryEncoder out = encoder(bytes);
      out.writeLong(Integer.MAX_VALUE - 100L);
      assertThat(bad(format.decode(bytes.toByteArray(), null, AT)).message())
          .contains("ends within the record");
    }

    @Test
    void itemsBeyondTheRecordAreRefusedBeforeRoomIsMade() throws IOException {
      for (long items : new long[] {20_000, 100_000_000, Integer.MAX_VALUE, Long.MAX_VALUE}) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder out = encoder(bytes);
        out.writeString("e1");
        out.writeIndex(1);
        out.writeString("pixels");
        out.writeLong(1);
        out.writeInt(2);
        out.writeLong(0);
        out.writeLong(items);
        out.writeFloat(1);
        Decoded.Bad bad = bad(format.decode(bytes.toByteArray(), null, AT));
        assertThat(bad.reason()).isEqualTo(Reason.UNDECODABLE);
        assertThat(bad.message())
            .containsAnyOf(items + " items declared with 4 bytes left", "Cannot read collections");
      }
    }

    @Test
    void noiseNeverThrows() {
      Random random = new Random(7);
      for (int i = 0; i < 20_000; i++) {
        byte[] noise = new byte[random.nextInt(40)];
        random.nextBytes(noise);
        assertThat(format.decode(noise, null, AT)).isNotNull();
      }
    }
  }

  static byte[] avro(Event event) {
    return new RecordWriter<>(Event.class).write(event);
  }

  private static BinaryEncoder encoder(ByteArrayOutputStream bytes) {
    return EncoderFactory.get().directBinaryEncoder(bytes, null);
  }

  private static Event good(Decoded decoded) {
    assertThat(decoded).isInstanceOf(Decoded.Good.class);
    return ((Decoded.Good) decoded).event();
  }

  private static Decoded.Bad bad(Decoded decoded) {
    assertThat(decoded).isInstanceOf(Decoded.Bad.class);
    return (Decoded.Bad) decoded;
  }
}
