package dev.offramp.stream;

import dev.offramp.schemas.Event;
import dev.offramp.schemas.Reason;
import dev.offramp.schemas.TrustedSchemas;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import org.apache.avro.specific.SpecificDatumReader;

/** The value is one {@link Event} in plain Avro binary, and nothing after it. */
final class AvroFormat implements EventFormat {
  static {
    TrustedSchemas.trust();
  }

  private final SpecificDatumReader<Event> reader = new SpecificDatumReader<>(Event.class);

  @Override
  public Decoded decode(byte[] value, byte[] key, Coordinates coordinates) {
    if (value == null) {
      return bad("the record has no value");
    }
    BoundedDecoder decoder = new BoundedDecoder(value);
    try {
      Event event = reader.read(null, decoder);
      int left = decoder.remaining();
      return left == 0
          ? new Decoded.Good(event)
          : bad("%d bytes after the event's %d".formatted(left, value.length - left));
    } catch (CharacterCodingException e) {
      return new Decoded.Bad(
          Reason.INVALID_UTF8, "a string is no UTF-8 (%s)".formatted(e.getMessage()));
    } catch (EOFException e) {
      return bad("it ends within the event, after %d bytes".formatted(value.length));
    } catch (IOException | RuntimeException e) {
      // Avro's reader throws several kinds on bytes that are none of the schema's.
      return bad(String.valueOf(e.getMessage()));
    }
  }

  private static Decoded bad(String message) {
    return new Decoded.Bad(Reason.UNDECODABLE, "no Event in Avro binary: " + message);
  }
}
