package dev.offramp.schemas;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/**
 * Reads records of the topics from plain Avro binary, whoever wrote them: takes memory in
 * proportion to the bytes, whatever lengths they declare, and throws nothing but {@link
 * MalformedRecordException}. One thread.
 *
 * <p>Plain binary doesn't name its schema. For records of another version of this library give the
 * schema that they were written by: fields that it lacks get their defaults, those that are unknown
 * here are skipped, and symbols of a later version are read as {@code UNKNOWN}.
 *
 * @param <T> {@link Event}, {@link Prediction} or {@link DeadLetter}
 */
public final class RecordReader<T extends SpecificRecord> {
  static {
    TrustedSchemas.trust();
  }

  private final String name;
  private final SpecificDatumReader<T> reader;

  /** Reads records that this version wrote. */
  public RecordReader(Class<T> type) {
    this.name = type.getSimpleName();
    this.reader = new SpecificDatumReader<>(type);
  }

  /**
   * Reads records that any version wrote.
   *
   * @param writer the schema that they were written by
   */
  public RecordReader(Class<T> type, Schema writer) {
    this(type);
    reader.setSchema(writer);
  }

  /**
   * One record, and nothing after it.
   *
   * @throws MalformedRecordException the bytes are none, or more than one
   */
  public T read(byte[] bytes) throws MalformedRecordException {
    BoundedDecoder decoder = BoundedDecoder.strict(bytes);
    T record;
    try {
      record = reader.read(null, decoder);
    } catch (CharacterCodingException e) {
      throw new MalformedRecordException(
          Reason.INVALID_UTF8, "a string is no UTF-8 (%s)".formatted(e.getMessage()), e);
    } catch (EOFException e) {
      throw undecodable("it ends within the record, after %d bytes".formatted(bytes.length), e);
    } catch (IOException | RuntimeException e) {
      // Avro's reader throws several kinds on bytes that are none of the schema's.
      throw undecodable(String.valueOf(e.getMessage()), e);
    }
    int left = decoder.remaining();
    if (left > 0) {
      throw undecodable(
          "%d bytes after the record's %d".formatted(left, bytes.length - left), null);
    }
    return record;
  }

  private MalformedRecordException undecodable(String message, Throwable cause) {
    return new MalformedRecordException(
        Reason.UNDECODABLE, "no %s in Avro binary: %s".formatted(name, message), cause);
  }
}
