package dev.offramp.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;

/**
 * Avro's binary decoder over bytes in memory, stricter in two ways. A collection can't declare more
 * items than there are bytes left: Avro makes room for as many as are declared, and its own limit
 * is a share of the heap, set for the whole JVM. And, if asked, strings must be UTF-8: Avro
 * replaces what isn't. Strings and bytes that are longer than what is left are refused by Avro
 * before it makes room. One thread.
 */
public final class BoundedDecoder extends Decoder {
  private final BinaryDecoder in;
  private final boolean strict;

  private BoundedDecoder(BinaryDecoder in, boolean strict) {
    this.in = in;
    this.strict = strict;
  }

  /** Over bytes whose strings must be UTF-8. */
  public static BoundedDecoder strict(byte[] bytes) {
    return new BoundedDecoder(DecoderFactory.get().binaryDecoder(bytes, null), true);
  }

  /**
   * Over what another decoder has left; strings are taken as they are.
   *
   * @param in reads from an array, not from a stream: only then it knows how many bytes are left
   */
  public static BoundedDecoder over(BinaryDecoder in) {
    return new BoundedDecoder(in, false);
  }

  /** Bytes not read yet. */
  public int remaining() {
    return in.remainingBytes();
  }

  private long bounded(long items) {
    if (items > remaining()) {
      throw new AvroRuntimeException(
          "%d items declared with %d bytes left".formatted(items, remaining()));
    }
    return items;
  }

  @Override
  public long readArrayStart() throws IOException {
    return bounded(in.readArrayStart());
  }

  @Override
  public long arrayNext() throws IOException {
    return bounded(in.arrayNext());
  }

  @Override
  public long readMapStart() throws IOException {
    return bounded(in.readMapStart());
  }

  @Override
  public long mapNext() throws IOException {
    return bounded(in.mapNext());
  }

  @Override
  public String readString() throws IOException {
    Utf8 raw = in.readString(null);
    return strict ? utf8(raw) : raw.toString();
  }

  @Override
  public Utf8 readString(Utf8 old) throws IOException {
    return strict ? new Utf8(readString()) : in.readString(old);
  }

  @Override
  public void readNull() throws IOException {
    in.readNull();
  }

  @Override
  public boolean readBoolean() throws IOException {
    return in.readBoolean();
  }

  @Override
  public int readInt() throws IOException {
    return in.readInt();
  }

  @Override
  public long readLong() throws IOException {
    return in.readLong();
  }

  @Override
  public float readFloat() throws IOException {
    return in.readFloat();
  }

  @Override
  public double readDouble() throws IOException {
    return in.readDouble();
  }

  @Override
  public void skipString() throws IOException {
    in.skipString();
  }

  @Override
  public ByteBuffer readBytes(ByteBuffer old) throws IOException {
    return in.readBytes(old);
  }

  @Override
  public void skipBytes() throws IOException {
    in.skipBytes();
  }

  @Override
  public void readFixed(byte[] bytes, int start, int length) throws IOException {
    in.readFixed(bytes, start, length);
  }

  @Override
  public void skipFixed(int length) throws IOException {
    in.skipFixed(length);
  }

  @Override
  public int readEnum() throws IOException {
    return in.readEnum();
  }

  @Override
  public long skipArray() throws IOException {
    return in.skipArray();
  }

  @Override
  public long skipMap() throws IOException {
    return in.skipMap();
  }

  @Override
  public int readIndex() throws IOException {
    return in.readIndex();
  }

  private static String utf8(Utf8 raw) throws CharacterCodingException {
    return UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(raw.getBytes(), 0, raw.getByteLength()))
        .toString();
  }
}
