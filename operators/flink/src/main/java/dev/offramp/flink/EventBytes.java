package dev.offramp.flink;

import dev.offramp.schemas.Event;
import dev.offramp.schemas.TrustedSchemas;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.message.RawMessageDecoder;
import org.apache.avro.message.RawMessageEncoder;
import org.apache.avro.specific.SpecificData;

/** Events in Avro's plain binary form, by this version's schema. Stateless; any thread. */
final class EventBytes {
  private static final SpecificData MODEL = SpecificData.getForClass(Event.class);
  private static final RawMessageEncoder<Event> ENCODER =
      new RawMessageEncoder<>(MODEL, Event.getClassSchema());
  private static final RawMessageDecoder<Event> DECODER =
      new RawMessageDecoder<>(MODEL, Event.getClassSchema());

  static {
    TrustedSchemas.trust();
  }

  private EventBytes() {}

  static byte[] write(Event event) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ENCODER.encode(event, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static Event read(byte[] bytes) throws IOException {
    return DECODER.decode(bytes, null);
  }
}
