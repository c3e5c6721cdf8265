package dev.offramp.fit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.util.Utf8;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AvroFileTest {
  private static final Schema SCHEMA =
      SchemaBuilder.record("Row")
          .fields()
          .optionalString("text")
          .requiredString("label")
          .endRecord();

  @TempDir private Path folder;

  @Test
  void recordsOfAnySchemaAreRead() throws IOException {
    Schema kind = SchemaBuilder.enumeration("Kind").symbols("GREET", "FOOD");
    Schema doc =
        SchemaBuilder.record("Doc").fields().requiredString("body").requiredInt("n").endRecord();
    Schema schema =
        SchemaBuilder.record("Row")
            .fields()
            .name("doc")
            .type(doc)
            .noDefault()
            .name("kind")
            .type(kind)
            .noDefault()
            .name("tags")
            .type()
            .map()
            .values()
            .stringType()
            .noDefault()
            .endRecord();
    GenericData.Record inner = new GenericData.Record(doc);
    inner.put("body", "good day");
    inner.put("n", 7);
    GenericData.Record record = new GenericData.Record(schema);
    record.put("doc", inner);
    record.put("kind", new GenericData.EnumSymbol(kind, "GREET"));
    record.put("tags", Map.of("topic", "weather"));
    write(schema, List.of(record), CodecFactory.deflateCodec(6));

    assertThat(rows(Columns.DEFAULT.withText("doc.body").withLabel("kind")).get(0))
        .extracting(Row::text, Row::label, Row::place)
        .containsExactly("good day", "GREET", file() + ", record 1");
    assertThat(rows(Columns.DEFAULT.withText("tags.topic").withLabel("doc.n")).get(0))
        .extracting(Row::text, Row::label)
        .containsExactly("weather", "7");
  }

  @Test
  void arraysAreTensors() throws IOException {
    Schema schema =
        SchemaBuilder.record("Row")
            .fields()
            .name("tensor")
            .type()
            .array()
            .items()
            .array()
            .items()
            .floatType()
            .noDefault()
            .requiredLong("label")
            .endRecord();
    GenericData.Record record = new GenericData.Record(schema);
    record.put("tensor", List.of(List.of(1f, 2f, 3f), List.of(4f, 5f, 6f)));
    record.put("label", 9L);
    write(schema, List.of(record), CodecFactory.nullCodec());

    Row row = rows(Columns.DEFAULT).get(0);

    assertThat(row.tensor().shape()).containsExactly(2, 3);
    assertThat(row.tensor().values()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(row.label()).isEqualTo("9");
  }

  @Test
  void errorsNameFileRecordColumnAndRule() throws IOException {
    write(SCHEMA, List.of(record("a", "x"), record(null, "x")), CodecFactory.nullCodec());
    assertThatError(Columns.DEFAULT)
        .isEqualTo("FILE, record 2, column 'text': the text is missing");
    assertThatError(Columns.DEFAULT.withLabel("topic"))
        .isEqualTo("FILE: there is no column 'topic' (--label-column): there are [text, label]");
    write(SCHEMA, List.of(), CodecFactory.nullCodec());
    assertThatError(Columns.DEFAULT).isEqualTo("FILE: there must be at least one record");
    Files.writeString(file(), "text,label\n");
    assertThatError(Columns.DEFAULT).startsWith("FILE: not an Avro object container file: ");
    Files.write(file(), new byte[0]);
    assertThatError(Columns.DEFAULT).startsWith("FILE: not an Avro object container file: ");
    Schema text = Schema.create(Schema.Type.STRING);
    try (DataFileWriter<Object> writer = new DataFileWriter<>(new GenericDatumWriter<>(text))) {
      writer.create(text, file().toFile());
      writer.append("a");
    }
    assertThatError(Columns.DEFAULT).isEqualTo("FILE must hold Avro records: it holds string");
  }

  @Test
  void invalidUtf8IsRefused() throws IOException {
    for (String javaType : new String[] {null, "String"}) {
      Schema schema = new Schema.Parser().parse(SCHEMA.toString());
      Schema text = schema.getField("text").schema().getTypes().get(1);
      if (javaType != null) {
        text.addProp("avro.java.string", javaType);
      }
      GenericData.Record latin = new GenericData.Record(schema);
      latin.put("text", new Utf8(new byte[] {'c', 'a', 'f', (byte) 0xe9}));
      latin.put("label", "x");
      write(schema, List.of(latin), CodecFactory.nullCodec());

      assertThatError(Columns.DEFAULT)
          .isEqualTo("FILE, record 1, column 'text': the text must be valid Unicode");
    }
  }

  @Test
  void damagedFileIsRefusedWithItsRecord() throws IOException {
    write(SCHEMA, List.of(record("a", "x"), record("b", "y")), CodecFactory.nullCodec());
    byte[] whole = Files.readAllBytes(file());
    for (int missing = 1; missing < 22; missing++) {
      Files.write(file(), Arrays.copyOf(whole, whole.length - missing));
      assertThatError(Columns.DEFAULT).isEqualTo("FILE, record 1: the file is cut short");
    }
    byte[] damaged = whole.clone();
    damaged[whole.length - 1]++;
    Files.write(file(), damaged);
    assertThatError(Columns.DEFAULT).startsWith("FILE, record 1: the file is damaged: ");
    damaged = whole.clone();
    // The length of the second text.
    damaged[whole.length - 20] = 100;
    Files.write(file(), damaged);
    assertThatError(Columns.DEFAULT).startsWith("FILE, record 2: the file is damaged: ");
  }

  @Test
  void everyPackingOfAvroItselfIsRead() throws IOException {
    for (CodecFactory codec : List.of(CodecFactory.bzip2Codec(), CodecFactory.deflateCodec(9))) {
      write(SCHEMA, List.of(record("a", "x"), record("b", "y")), codec);

      assertThat(rows(Columns.DEFAULT))
          .extracting(Row::text, Row::label)
          .containsExactly(tuple("a", "x"), tuple("b", "y"));
    }
  }

  @Test
  void blockOrHeaderLongerThanTheFileMakesNoRoom() throws IOException {
    write(SCHEMA, List.of(), CodecFactory.nullCodec());
    byte[] empty = Files.readAllBytes(file());
    Files.write(file(), frame(empty, 1, 2_000_000_000));
    assertThatError(Columns.DEFAULT)
        .isEqualTo(
            "FILE: not a whole Avro object container file: it declares 2000000000 bytes where 0 are left");
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    header.write(new byte[] {'O', 'b', 'j', 1});
    for (int entries : new int[] {1, 1000}) {
      Files.write(file(), frame(header.toByteArray(), entries, 1, 'x', 2_000_000_000));
      assertThatError(Columns.DEFAULT).contains("it declares");
    }
  }

  @Test
  void recordsThatHoldThemselvesEndSomewhere() throws IOException {
    for (boolean canEnd : new boolean[] {true, false}) {
      String type = canEnd ? "[\"Row\", \"null\"]" : "\"Row\"";
      Schema schema =
          new Schema.Parser()
              .parse(
                  """
                  {"type": "record", "name": "Row", "fields": [{"name": "text", "type": "string"},
                   {"name": "label", "type": "string"}, {"name": "more", "type": %s}]}
                  """
                      .formatted(type));
      hostile(schema, new byte[100_000]);
      assertThatError(Columns.DEFAULT)
          .startsWith(
              canEnd
                  ? "FILE, record 1: the file is damaged: more than 100 values inside each"
                  : "FILE: its schema holds itself without an end");
    }
  }

  @Test
  void fixedAndArraysLargerThanTheRecordMakeNoRoom() throws IOException {
    hostile(
        SchemaBuilder.record("Row")
            .fields()
            .name("text")
            .type(SchemaBuilder.fixed("F").size(2_000_000_000))
            .noDefault()
            .requiredString("label")
            .endRecord(),
        new byte[8]);
    assertThatError(Columns.DEFAULT)
        .isEqualTo(
            "FILE, record 1: the file is damaged: a fixed of 2000000000 bytes where 8 are left");
    hostile(
        SchemaBuilder.record("Row")
            .fields()
            .name("text")
            .type()
            .array()
            .items()
            .nullType()
            .noDefault()
            .requiredString("label")
            .endRecord(),
        frame(new byte[0], 20_000_000));
    assertThatError(Columns.DEFAULT).contains("20000000 items declared with 0 bytes left");
  }

  /** A file with one block of one record, which is these bytes. */
  private void hostile(Schema schema, byte[] record) throws IOException {
    write(schema, List.of(), CodecFactory.nullCodec());
    byte[] empty = Files.readAllBytes(file());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(frame(empty, 1, record.length));
    bytes.write(record);
    bytes.write(empty, empty.length - 16, 16);
    Files.write(file(), bytes.toByteArray());
  }

  /** Bytes and numbers in Avro's form after them; those of characters are a text of one. */
  private static byte[] frame(byte[] before, long... numbers) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(before);
    BinaryEncoder out = EncoderFactory.get().directBinaryEncoder(bytes, null);
    for (long number : numbers) {
      if (number == 'x') {
        out.writeFixed(new byte[] {'x'});
      } else {
        out.writeLong(number);
      }
    }
    return bytes.toByteArray();
  }

  private Path file() {
    return folder.resolve("a.avro");
  }

  private static GenericRecord record(String text, String label) {
    GenericData.Record record = new GenericData.Record(SCHEMA);
    record.put("text", text);
    record.put("label", label);
    return record;
  }

  private void write(Schema schema, List<GenericRecord> records, CodecFactory codec)
      throws IOException {
    try (DataFileWriter<GenericRecord> writer =
        new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
      writer.setCodec(codec).create(schema, file().toFile());
      for (GenericRecord record : records) {
        writer.append(record);
      }
    }
  }

  private List<Row> rows(Columns columns) throws IOException {
    List<Row> rows = new ArrayList<>();
    DataFile.of(file()).orElseThrow().read(columns, null, rows::add);
    return rows;
  }

  /** The message with the file's name as FILE. */
  private AbstractStringAssert<?> assertThatError(Columns columns) {
    Throwable thrown = catchThrowable(() -> rows(columns));
    assertThat(thrown).isInstanceOf(IllegalArgumentException.class);
    return assertThat(thrown.getMessage().replace(file().toString(), "FILE"));
  }
}
