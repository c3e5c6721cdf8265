package dev.offramp.fuzz;

import dev.offramp.schemas.Event;
import dev.offramp.schemas.RecordWriter;
import dev.offramp.stream.EventFormats;
import dev.offramp.stream.SourceFormat;
import java.io.IOException;

/** The source's Avro format. What it decodes must come back when it is written and read again. */
final class EventTarget implements Reader {
  private final EventFormats format = new EventFormats(SourceFormat.AVRO);
  private final RecordWriter<Event> writer = new RecordWriter<>(Event.class);

  @Override
  public void read(byte[] input) throws IOException {
    Event event = format.decode(input, null);
    if (event != null && !event.equals(format.decode(writer.write(event), null))) {
      throw new AssertionError("another event came back than " + event);
    }
  }
}
