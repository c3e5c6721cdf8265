package dev.offramp.tests;

import dev.offramp.schemas.MalformedRecordException;
import dev.offramp.schemas.RecordReader;
import org.apache.avro.specific.SpecificRecord;

/** What the job wrote: bytes that hold no record fail the test. */
final class AvroBytes {
  private AvroBytes() {}

  static <T extends SpecificRecord> T read(Class<T> type, byte[] bytes) {
    try {
      return new RecordReader<>(type).read(bytes);
    } catch (MalformedRecordException e) {
      throw new IllegalStateException("the output holds no " + type.getSimpleName(), e);
    }
  }
}
