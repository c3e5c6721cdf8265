package dev.offramp.fuzz;

import dev.offramp.schemas.Event;
import dev.offramp.stream.EventFormats;
import dev.offramp.stream.SourceFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;

/** The source's Avro format. What it decodes must come back when it is written and read again. */
final class EventTarget implements Reader {
  private final EventFormats format = new EventFormats(SourceFormat.AVRO);
  private final SpecificDatumWriter<Event> writer = new SpecificDatumWriter<>(Event.class);

  @Override
  public void read(byte[] input) throws IOException {
    Event event = format.decode(input, null);
    if (event != null) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
      writer.write(event, encoder);
      if (!event.equals(format.decode(bytes.toByteArray(), null))) {
        throw new AssertionError("another event came back than " + event);
      }
    }
  }
}
