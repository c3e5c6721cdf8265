package dev.offramp.stream;

import dev.offramp.schemas.Event;
import dev.offramp.stream.EventFormat.Coordinates;

/** The door to the formats of the source, which are the job's own. */
public final class EventFormats {
  private static final Coordinates AT = new Coordinates("events", 3, 41);

  private final EventFormat format;

  /** A decoder of this format. */
  public EventFormats(SourceFormat format) {
    this.format = format.decoder();
  }

  /** The event of a record; null: there is none, for a reason that is told. */
  public Event decode(byte[] value, byte[] key) {
    Decoded decoded = format.decode(value, key, AT);
    if (decoded instanceof Decoded.Bad bad) {
      if (bad.reason() == null || bad.message().isBlank()) {
        throw new AssertionError("a dead letter without a reason or without words: " + bad);
      }
      return null;
    }
    return ((Decoded.Good) decoded).event();
  }
}
