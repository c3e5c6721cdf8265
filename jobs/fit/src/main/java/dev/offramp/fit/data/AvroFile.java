package dev.offramp.fit.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;

/** An Avro object container file of records, of whatever schema it carries. */
final class AvroFile {
  private AvroFile() {}

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException names file, record, column and rule
   */
  static void read(Path file, Records records) throws IOException {
    AvroFraming.check(file);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
        DataFileStream<Object> stream = open(file, in)) {
      Schema schema = stream.getSchema();
      if (schema.getType() != Schema.Type.RECORD) {
        throw new IllegalArgumentException(
            "%s must hold Avro records: it holds %s".formatted(file, schema.getType().getName()));
      }
      records.columns(
          schema.getFields().stream().map(Schema.Field::name).toList(), file.toString());
      long number = 1;
      for (GenericRecord record = next(stream, file, number);
          record != null;
          record = next(stream, file, number)) {
        records.take(new Fields(record, file, number));
        number++;
      }
    }
  }

  private static DataFileStream<Object> open(Path file, InputStream in) {
    try {
      return new DataFileStream<>(in, new AvroDatumReader());
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw new IllegalArgumentException(
          "%s: not an Avro object container file: %s".formatted(file, e), e);
    }
  }

  /** The next record; null at the end. */
  private static GenericRecord next(DataFileStream<Object> stream, Path file, long number) {
    try {
      if (stream.hasNext()) {
        return (GenericRecord) stream.next();
      }
      // A block that is cut short reads as the end, but asked again the stream counts its records.
      if (!stream.hasNext()) {
        return null;
      }
      throw new IllegalArgumentException(
          "%s, record %d: the file is cut short".formatted(file, number));
    } catch (IllegalArgumentException e) {
      throw e;
    } catch (RuntimeException e) {
      // Avro's reader throws several kinds on bytes that are none of the schema's.
      throw new IllegalArgumentException(
          "%s, record %d: the file is damaged: %s".formatted(file, number, words(e)), e);
    } catch (StackOverflowError e) {
      throw new IllegalArgumentException(
          "%s: its schema holds itself without an end".formatted(file), e);
    } catch (LinkageError e) {
      throw new IllegalArgumentException(
          "%s is packed with %s, whose library isn't here: write it with deflate"
              .formatted(file, stream.getMetaString("avro.codec")),
          e);
    }
  }

  private static String words(RuntimeException e) {
    return e.getMessage() == null ? e.toString() : Values.shown(e.getMessage());
  }

  private record Fields(GenericRecord record, Path file, long number) implements Records.Cells {
    @Override
    public Object get(String column) {
      return DottedPath.find(record, column, Fields::member);
    }

    private static Object member(Object of, String name) {
      if (of instanceof GenericRecord record) {
        return record.hasField(name) ? record.get(name) : null;
      }
      return of instanceof Map<?, ?> map ? map.get(new Utf8(name)) : null;
    }

    @Override
    public String place(String column) {
      return "%s, record %d, column '%s'".formatted(file, number, column);
    }
  }
}
