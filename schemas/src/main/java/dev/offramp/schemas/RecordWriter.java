package dev.offramp.schemas;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * Writes records of the topics as plain Avro binary, which {@link RecordReader} reads. Its buffer
 * is used again. One thread.
 *
 * @param <T> {@link Event}, {@link Prediction} or {@link DeadLetter}
 */
public final class RecordWriter<T extends SpecificRecord> {
  static {
    TrustedSchemas.trust();
  }

  private final SpecificDatumWriter<T> writer;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private BinaryEncoder encoder;

  /** Writes records of a type. */
  public RecordWriter(Class<T> type) {
    writer = new SpecificDatumWriter<>(type);
  }

  /**
   * The bytes of one record.
   *
   * @throws RuntimeException a field is null that the schema wants; Avro names it
   */
  public byte[] write(T record) {
    bytes.reset();
    encoder = EncoderFactory.get().directBinaryEncoder(bytes, encoder);
    try {
      writer.write(record, encoder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
