package dev.offramp.stream;

import dev.offramp.schemas.Event;
import dev.offramp.schemas.Reason;
import java.nio.charset.CharacterCodingException;

/**
 * The value is the text. The event's id is the record's key, or where there is none, or none in
 * UTF-8, the record's coordinates.
 */
final class TextFormat implements EventFormat {
  @Override
  public Decoded decode(byte[] value, byte[] key, Coordinates coordinates) {
    if (value == null) {
      return new Decoded.Bad(Reason.EMPTY_TEXT, "the record has no value");
    }
    try {
      String text = StrictUtf8.decode(value, value.length);
      return new Decoded.Good(new Event(id(key, coordinates), text, null, null));
    } catch (CharacterCodingException e) {
      return new Decoded.Bad(
          Reason.INVALID_UTF8, "the value is no UTF-8 (%s)".formatted(e.getMessage()));
    }
  }

  private static String id(byte[] key, Coordinates coordinates) {
    if (key == null || key.length == 0) {
      return coordinates.toString();
    }
    try {
      return StrictUtf8.decode(key, key.length);
    } catch (CharacterCodingException e) {
      return coordinates.toString();
    }
  }
}
