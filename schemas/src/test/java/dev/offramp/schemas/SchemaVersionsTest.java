package dev.offramp.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.schemas.KeptVersions.Kept;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaCompatibility.SchemaPairCompatibility;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.RandomData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What lies in topics outlives the version that wrote it: each version reads what the others wrote,
 * given the schema that it was written by.
 */
class SchemaVersionsTest {
  private static final String LATER = "OF_A_LATER_VERSION";

  static Stream<Kept> kept() {
    return KeptVersions.all().stream();
  }

  static Stream<Class<? extends SpecificRecord>> contracts() {
    return KeptVersions.CONTRACTS.stream();
  }

  @ParameterizedTest
  @MethodSource("contracts")
  void presentSchemaIsKept(Class<? extends SpecificRecord> type) {
    List<Path> folders = KeptVersions.folders();
    Path newest = folders.get(folders.size() - 1);
    // Not isEqualTo: its message is two whole schemas.
    assertThat(
            KeptVersions.read(KeptVersions.PRESENT, type).equals(KeptVersions.read(newest, type)))
        .as(
            """
            %s/%s.avsc is not what %s keeps. If version %s was not released, bring it up to date; if it was, \
            the change needs a version of its own: mvn -pl schemas test -Dtest=KeepVersionTest -Dkeep.version=NUMBER, \
            with the number %d in the first case and %d in the second.\
            """,
            KeptVersions.PRESENT,
            type.getSimpleName(),
            newest,
            newest.getFileName(),
            KeptVersions.number(newest),
            KeptVersions.number(newest) + 1)
        .isTrue();
  }

  @ParameterizedTest
  @MethodSource("kept")
  void newCodeCanReadOldRecords(Kept kept) {
    compatible(KeptVersions.read(KeptVersions.PRESENT, kept.type()), kept.schema());
  }

  @ParameterizedTest
  @MethodSource("kept")
  void oldCodeCanReadNewRecords(Kept kept) {
    compatible(kept.schema(), KeptVersions.read(KeptVersions.PRESENT, kept.type()));
  }

  private static void compatible(Schema reader, Schema writer) {
    SchemaPairCompatibility pair =
        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
    assertThat(pair.getType())
        .as(() -> pair.getResult().getIncompatibilities().toString())
        .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
  }

  @ParameterizedTest
  @MethodSource("kept")
  void recordThatAVersionWroteComesThroughThePresentClasses(Kept kept) throws Exception {
    throughPresentClasses(kept, kept.bytes());
  }

  @ParameterizedTest
  @MethodSource("kept")
  void anyRecordOfAVersionComesThroughThePresentClasses(Kept kept) throws Exception {
    for (Object record : new RandomData(kept.schema(), 200, 7L, true)) {
      throughPresentClasses(kept, write((GenericRecord) record));
    }
  }

  /** Old bytes, read by new code and written by it, and read by old code: nothing is lost. */
  private static void throughPresentClasses(Kept kept, byte[] old) throws Exception {
    SpecificRecord record = new RecordReader<>(kept.type(), kept.schema()).read(old);
    assertThat(read(record.getSchema(), kept.schema(), KeptRecords.bytes(record)))
        .isEqualTo(read(kept.schema(), kept.schema(), old));
  }

  @ParameterizedTest
  @MethodSource("contracts")
  void symbolsOfALaterVersionAreReadAsUnknown(Class<? extends SpecificRecord> type)
      throws Exception {
    Schema present = KeptVersions.read(KeptVersions.PRESENT, type);
    List<String> enums = new ArrayList<>();
    String later =
        present
            .toString()
            .replaceAll("(\"symbols\":\\[)", "$1\"%s\",".formatted(LATER))
            .replace("\"default\":\"UNKNOWN\"", "\"default\":\"%s\"".formatted(LATER));
    Schema writer = new Schema.Parser().parse(later);
    for (Object record : new RandomData(writer, 20, 7L)) {
      setEnums(record, LATER, enums);
      SpecificRecord read = new RecordReader<>(type, writer).read(write((GenericRecord) record));
      List<String> seen = new ArrayList<>();
      collectEnums(read, seen);
      assertThat(seen).hasSameSizeAs(enums).allMatch("UNKNOWN"::equals);
      enums.clear();
    }
  }

  @Test
  void everyEnumHasADefaultForWhatItDoesNotKnow() {
    for (Class<? extends Enum<?>> type :
        List.of(
            FailureStage.class,
            Reason.class,
            ExitReason.class,
            PredictionSetKind.class,
            SetCalibration.class)) {
      assertThat(SpecificData.get().getSchema(type).getEnumDefault())
          .as(type.getSimpleName())
          .isEqualTo("UNKNOWN");
    }
  }

  private static void setEnums(Object of, String symbol, List<String> set) {
    if (of instanceof GenericRecord record) {
      for (Schema.Field field : record.getSchema().getFields()) {
        if (field.schema().getType() == Schema.Type.ENUM) {
          record.put(field.pos(), new GenericData.EnumSymbol(field.schema(), symbol));
          set.add(field.name());
        } else {
          setEnums(record.get(field.pos()), symbol, set);
        }
      }
    }
  }

  private static void collectEnums(Object of, List<String> into) {
    if (of instanceof Enum<?> symbol) {
      into.add(symbol.name());
    } else if (of instanceof SpecificRecord record) {
      for (Schema.Field field : record.getSchema().getFields()) {
        collectEnums(record.get(field.pos()), into);
      }
    }
  }

  private static byte[] write(GenericRecord record) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
    return bytes.toByteArray();
  }

  private static GenericRecord read(Schema writer, Schema reader, byte[] bytes) throws IOException {
    return new GenericDatumReader<GenericRecord>(writer, reader)
        .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
  }
}
