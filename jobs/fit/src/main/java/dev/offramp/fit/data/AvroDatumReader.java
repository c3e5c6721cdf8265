package dev.offramp.fit.data;

import dev.offramp.schemas.BoundedDecoder;
import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.ResolvingDecoder;

/**
 * Reads records of a schema that came with them, from whoever wrote both: what a record declares
 * makes no more room than its bytes warrant, and a schema that holds itself ends somewhere. Texts
 * are left as bytes, so that what is no UTF-8 is seen. One thread.
 */
final class AvroDatumReader extends GenericDatumReader<Object> {
  /** Records, arrays and maps inside each other; a tensor of five dimensions needs seven. */
  private static final int DEEPEST = 100;

  private BoundedDecoder bounded;
  private int depth;

  AvroDatumReader() {
    // Readers of one GenericData share what was found for a schema, and fast ones don't ask.
    super(new GenericData());
    getData().setFastReaderEnabled(false);
  }

  @Override
  public Object read(Object reuse, Decoder in) throws IOException {
    // The container gives each block as an array.
    bounded = BoundedDecoder.over((BinaryDecoder) in);
    depth = 0;
    return super.read(reuse, bounded);
  }

  @Override
  protected Object readWithoutConversion(Object old, Schema expected, ResolvingDecoder in)
      throws IOException {
    if (depth == DEEPEST) {
      throw new AvroRuntimeException("more than %d values inside each other".formatted(DEEPEST));
    }
    depth++;
    Object value = super.readWithoutConversion(old, expected, in);
    depth--;
    return value;
  }

  @Override
  protected Object readFixed(Object old, Schema expected, Decoder in) throws IOException {
    if (expected.getFixedSize() > bounded.remaining()) {
      throw new AvroRuntimeException(
          "a fixed of %d bytes where %d are left"
              .formatted(expected.getFixedSize(), bounded.remaining()));
    }
    return super.readFixed(old, expected, in);
  }

  @Override
  protected Class<?> findStringClass(Schema schema) {
    return CharSequence.class;
  }
}
