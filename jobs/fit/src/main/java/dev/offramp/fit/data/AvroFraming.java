package dev.offramp.fit.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Looks over the frame of an Avro object container file, its header and its blocks, for lengths
 * beyond the file's end: Avro makes room for what they declare before it reads. A file is walked in
 * large steps, which takes next to no time. What is wrong without being large is left for Avro's
 * reader to find, which knows the record.
 */
final class AvroFraming {
  /** What makes no harm, if it is made room for in vain. */
  private static final long HARMLESS = 1 << 20;

  private static final int MAGIC = 4;
  private static final int SYNC = 16;

  private final Path file;
  private final InputStream in;
  private long left;

  private AvroFraming(Path file, InputStream in, long left) {
    this.file = file;
    this.in = in;
    this.left = left;
  }

  /**
   * Checks a file.
   *
   * @throws IllegalArgumentException names file, place and length
   */
  static void check(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      new AvroFraming(file, in, Files.size(file)).walk();
    } catch (EOFException e) {
      // It ends early, or a length is none: what Avro makes of it is said with the record.
      return;
    }
  }

  private void walk() throws IOException {
    skip(MAGIC);
    for (long entries = count(); entries != 0; entries = count()) {
      if (entries < 0) {
        throw new EOFException();
      }
      // However many are declared: the bytes end first, and lengths before that count.
      for (long i = 0; i < entries; i++) {
        skip(number());
        skip(number());
      }
    }
    skip(SYNC);
    while (left > 0) {
      number();
      skip(number());
      skip(SYNC);
    }
  }

  /** Entries of a part of the header; where it is below 0, the part's length follows. */
  private long count() throws IOException {
    long count = number();
    if (count < 0) {
      number();
      count = -count;
    }
    return count;
  }

  private void skip(long length) throws IOException {
    if (length > left && length > HARMLESS) {
      throw new IllegalArgumentException(
          "%s: not a whole Avro object container file: it declares %d bytes where %d are left"
              .formatted(file, length, left));
    }
    if (length < 0 || length > left) {
      throw new EOFException();
    }
    in.skipNBytes(length);
    left -= length;
  }

  /** A whole number in Avro's zigzag form. */
  private long number() throws IOException {
    long bits = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      left--;
      bits |= (next & 0x7FL) << shift;
      if (next < 0x80) {
        return (bits >>> 1) ^ -(bits & 1);
      }
    }
    throw new EOFException();
  }
}
