package dev.offramp.fit.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;

/** What was written in a format is read back equal. */
class DataFileRoundTripTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Schema SCHEMA =
      SchemaBuilder.record("Row")
          .fields()
          .requiredString("label")
          .requiredString("text")
          .name("tensor")
          .type()
          .array()
          .items()
          .floatType()
          .noDefault()
          .endRecord();
  private static final List<String> FILES =
      List.of("a.csv", "a.tsv", "a.jsonl", "a.csv.gz", "a.tsv.gz", "a.jsonl.gz", "a.avro");

  /** What a file holds. */
  record Written(String text, String label, List<Float> tensor) {}

  private Path folder;

  @BeforeProperty
  void makeFolder() throws IOException {
    folder = Files.createTempDirectory("round-trip");
  }

  @AfterProperty
  void deleteFolder() throws IOException {
    for (String file : FILES) {
      Files.deleteIfExists(folder.resolve(file));
    }
    Files.delete(folder);
  }

  @Property(tries = 150)
  void rowsAreReadBackAsTheyWereWritten(@ForAll("rows") List<Written> rows) throws IOException {
    for (String name : FILES) {
      Path file = folder.resolve(name);
      write(file, rows);

      List<Row> texts = read(file, Columns.DEFAULT);
      List<Row> tensors = read(file, Columns.DEFAULT.withTensor("tensor", List.of(2, 2)));

      assertThat(texts)
          .as(name)
          .extracting(Row::text)
          .containsExactlyElementsOf(rows.stream().map(Written::text).toList());
      assertThat(texts)
          .as(name)
          .extracting(Row::label)
          .containsExactlyElementsOf(rows.stream().map(Written::label).toList());
      for (int i = 0; i < rows.size(); i++) {
        assertThat(tensors.get(i).text()).isNull();
        assertThat(tensors.get(i).tensor().shape()).containsExactly(2, 2);
        assertThat(tensors.get(i).tensor().values())
            .as(name)
            .containsExactly(rows.get(i).tensor().toArray(Float[]::new));
      }
    }
  }

  @Provide
  Arbitrary<List<Written>> rows() {
    Arbitrary<String> text =
        Arbitraries.strings()
            .withChars("ab\",\t\n ;#'\\")
            .withChars('\u00e4', '\u4e2d', '\u2028', '\uFEFF')
            .ofMaxLength(12)
            .map(s -> s + "x")
            .flatMap(s -> Arbitraries.of(s, s + " ", " " + s, s + "\uD83D\uDE00"));
    Arbitrary<List<Float>> tensor =
        Arbitraries.floats().between(-Float.MAX_VALUE, Float.MAX_VALUE).list().ofSize(4);
    return Combinators.combine(text, text, tensor)
        .as(Written::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(8);
  }

  private static List<Row> read(Path file, Columns columns) throws IOException {
    List<Row> rows = new ArrayList<>();
    DataFile.of(file).orElseThrow().read(columns, null, rows::add);
    return rows;
  }

  private static void write(Path file, List<Written> rows) throws IOException {
    String name = file.getFileName().toString();
    if (name.endsWith(".avro")) {
      writeAvro(file, rows);
      return;
    }
    try (Writer out =
        new OutputStreamWriter(
            name.endsWith(".gz")
                ? new GZIPOutputStream(Files.newOutputStream(file))
                : Files.newOutputStream(file),
            StandardCharsets.UTF_8)) {
      String separator = name.contains(".tsv") ? "\t" : ",";
      if (!name.contains(".jsonl")) {
        out.write(String.join(separator, "label", "text", "tensor") + "\r\n");
      }
      for (Written row : rows) {
        if (name.contains(".jsonl")) {
          Map<String, Object> object =
              Map.of("label", row.label(), "text", row.text(), "tensor", row.tensor());
          out.write(MAPPER.writeValueAsString(object) + "\n");
        } else {
          String numbers =
              row.tensor().stream().map(String::valueOf).collect(Collectors.joining(" "));
          out.write(
              Arrays.asList(row.label(), row.text(), numbers).stream()
                      .map(cell -> "\"" + cell.replace("\"", "\"\"") + "\"")
                      .collect(Collectors.joining(separator))
                  + "\r\n");
        }
      }
    }
  }

  private static void writeAvro(Path file, List<Written> rows) throws IOException {
    try (DataFileWriter<GenericData.Record> out =
        new DataFileWriter<>(new GenericDatumWriter<>(SCHEMA))) {
      out.create(SCHEMA, file.toFile());
      for (Written row : rows) {
        GenericData.Record record = new GenericData.Record(SCHEMA);
        record.put("label", row.label());
        record.put("text", row.text());
        record.put("tensor", row.tensor());
        out.append(record);
      }
    }
  }
}
