package dev.offramp.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.offramp.schemas.Event;
import dev.offramp.stream.EventFormats;
import dev.offramp.stream.SourceFormat;
import java.util.Arrays;

/**
 * The source's text format: the first byte says how many of the others are the key, the rest is the
 * value. What it decodes must be the very bytes that were given.
 */
final class TextTarget implements Reader {
  private final EventFormats format = new EventFormats(SourceFormat.TEXT);

  @Override
  public void read(byte[] input) {
    if (input.length == 0) {
      return;
    }
    int key = 1 + Math.min(Byte.toUnsignedInt(input[0]), input.length - 1);
    byte[] value = Arrays.copyOfRange(input, key, input.length);
    Event event = format.decode(value, Arrays.copyOfRange(input, 1, key));
    if (event != null && !Arrays.equals(((String) event.getInput()).getBytes(UTF_8), value)) {
      throw new AssertionError("another text came back than the bytes hold");
    }
  }
}
