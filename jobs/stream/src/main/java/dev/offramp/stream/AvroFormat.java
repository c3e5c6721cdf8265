package dev.offramp.stream;

import dev.offramp.schemas.Event;
import dev.offramp.schemas.MalformedRecordException;
import dev.offramp.schemas.Reason;
import dev.offramp.schemas.RecordReader;

/** The value is one {@link Event} in plain Avro binary, and nothing after it. */
final class AvroFormat implements EventFormat {
  private final RecordReader<Event> reader = new RecordReader<>(Event.class);

  @Override
  public Decoded decode(byte[] value, byte[] key, Coordinates coordinates) {
    if (value == null) {
      return new Decoded.Bad(
          Reason.UNDECODABLE, "no Event in Avro binary: the record has no value");
    }
    try {
      return new Decoded.Good(reader.read(value));
    } catch (MalformedRecordException e) {
      String hint = ForeignFraming.hint(value);
      return new Decoded.Bad(
          e.reason(), hint.isEmpty() ? e.getMessage() : e.getMessage() + ". " + hint);
    }
  }
}
