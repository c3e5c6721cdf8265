package dev.offramp.stream;

import java.nio.ByteBuffer;

/**
 * Names what bytes are that begin otherwise than plain Avro binary. Used only on bytes that are no
 * event: an event can begin with any of these bytes.
 */
final class ForeignFraming {
  private static final int REGISTRY_BYTES = 5;

  private ForeignFraming() {}

  /** What the bytes look like and what to do, a sentence; empty: like nothing that is known. */
  static String hint(byte[] value) {
    if (value.length > REGISTRY_BYTES && value[0] == 0) {
      return "It begins with a schema registry's frame (magic byte 0, schema id %d): write the events without it, as plain Avro binary"
          .formatted(ByteBuffer.wrap(value, 1, Integer.BYTES).getInt());
    }
    if (begins(value, 0xC3, 0x01)) {
      return "It begins as Avro's single-object encoding does (C3 01 and a fingerprint): write the events as plain Avro binary";
    }
    if (begins(value, 'O', 'b', 'j', 1)) {
      return "It is an Avro object container file: write each event as plain Avro binary";
    }
    if (begins(value, '{')) {
      return "It begins as JSON does: write the events as plain Avro binary, or read texts with source.format: text";
    }
    return "";
  }

  private static boolean begins(byte[] value, int... bytes) {
    if (value.length < bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if (value[i] != (byte) bytes[i]) {
        return false;
      }
    }
    return true;
  }
}
