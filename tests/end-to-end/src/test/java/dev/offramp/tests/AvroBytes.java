package dev.offramp.tests;

import dev.offramp.schemas.MalformedRecordException;
import dev.offramp.schemas.RecordReader;
import dev.offramp.schemas.TrustedSchemas;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/** Records of the contracts as the bytes of a topic. */
final class AvroBytes {
  static {
    TrustedSchemas.trust();
  }

  private AvroBytes() {}

  static <T extends SpecificRecord> byte[] of(T record) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      Encoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
      new SpecificDatumWriter<T>(record.getSchema()).write(record, encoder);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static <T extends SpecificRecord> T read(Class<T> type, byte[] bytes) {
    try {
      return new RecordReader<>(type).read(bytes);
    } catch (MalformedRecordException e) {
      throw new IllegalStateException("the output holds no " + type.getSimpleName(), e);
    }
  }
}
