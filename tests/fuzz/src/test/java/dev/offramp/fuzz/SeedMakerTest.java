package dev.offramp.fuzz;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offramp.runtime.TinyBundle;
import dev.offramp.schemas.Cut;
import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.Exit;
import dev.offramp.schemas.ExitReason;
import dev.offramp.schemas.FailureStage;
import dev.offramp.schemas.Header;
import dev.offramp.schemas.LabelProbability;
import dev.offramp.schemas.Model;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.PredictionSetKind;
import dev.offramp.schemas.Reason;
import dev.offramp.schemas.RecordWriter;
import dev.offramp.schemas.SetCalibration;
import dev.offramp.schemas.TensorInput;
import dev.offramp.schemas.Timing;
import dev.offramp.schemas.Uncertainty;
import dev.offramp.schemas.Whole;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Makes the sound seeds anew, after a format changed: {@code -Dseeds=make}. */
@EnabledIfSystemProperty(named = "seeds", matches = "make")
class SeedMakerTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678901Z");

  @TempDir Path folder;

  @Test
  void seedsAreMade() throws IOException {
    records();
    bundles();
    texts();
    data();
    for (Target target : Targets.ALL) {
      assertThat(JazzerRun.SEEDS.resolve(target.name())).isNotEmptyDirectory();
    }
  }

  private static void records() throws IOException {
    byte[] text = avro(Event.class, new Event("e-1", "gr\u00FC\u00DFe \u2603", AT, 50L));
    put("event", "text", text);
    ByteBuffer framed = ByteBuffer.allocate(5 + text.length).put((byte) 0).putInt(7).put(text);
    put("event", "registry-frame", framed.array());
    TensorInput tensor = new TensorInput("signal", List.of(2, 2), List.of(1f, -2f, 0f, 3e9f));
    put("event", "tensor", avro(Event.class, new Event("e-2", tensor, null, null)));
    for (boolean full : new boolean[] {true, false}) {
      String name = full ? "full" : "sparse";
      put("prediction", name, avro(Prediction.class, prediction(full)));
      put("dead-letter", name, avro(DeadLetter.class, deadLetter(full)));
    }
  }

  private static Prediction prediction(boolean full) {
    return new Prediction(
        "e-1",
        "north",
        0.75,
        List.of(new LabelProbability("north", 0.75), new LabelProbability("s\u00FCd", 0.25)),
        new Uncertainty(
            0.56,
            0.5,
            full ? 0.9 : null,
            full ? List.of("north", "s\u00FCd") : List.of(),
            PredictionSetKind.RAPS,
            0.95,
            SetCalibration.FORCED,
            0.81,
            full ? true : null),
        new Exit(1, 3, ExitReason.DEADLINE),
        0.5,
        true,
        new Model("0123456789abcdef", "half", "f1"),
        new Timing(AT, AT.plusMillis(60), full ? 50L : null, true));
  }

  private static DeadLetter deadLetter(boolean full) {
    ByteBuffer bytes = full ? ByteBuffer.wrap("no event".getBytes(UTF_8)) : null;
    return new DeadLetter(
        bytes,
        bytes,
        full ? List.of(new Header("trace", bytes), new Header("empty", null)) : List.of(),
        full ? "events" : null,
        full ? 3 : null,
        full ? 41L : null,
        full ? "e-1" : null,
        FailureStage.DECODE,
        Reason.UNDECODABLE,
        "it ends within the record",
        AT,
        full ? new Cut(new Whole(1_048_400L, "0".repeat(64)), null, null, null) : null);
  }

  private static <T extends SpecificRecord> byte[] avro(Class<T> type, T record) {
    return new RecordWriter<>(type).write(record);
  }

  private void bundles() throws IOException {
    ObjectMapper json = new ObjectMapper();
    for (String kind : List.of("text", "tensor")) {
      Path bundle = folder.resolve(kind);
      if (kind.equals("text")) {
        TinyBundle.writeText(bundle);
        put("tokenizer", "words", Files.readAllBytes(bundle.resolve("tokenizer.json")));
        put("tokenizer", "cut-short", "{\"version\": \"1.0\"".getBytes(UTF_8));
      } else {
        TinyBundle.writeTensor(bundle);
      }
      put(
          "manifest",
          kind,
          json.writeValueAsBytes(json.readTree(bundle.resolve("manifest.json").toFile())));
      put("session", kind, Files.readAllBytes(bundle.resolve("stage-2.onnx")));
      put("stage", kind, Files.readAllBytes(bundle.resolve("stage-2.onnx")));
      for (int k = 0; k < TinyBundle.STAGES; k++) {
        put("onnx-graph", kind + k, Files.readAllBytes(bundle.resolve("stage-" + k + ".onnx")));
      }
    }
  }

  private static void texts() throws IOException {
    put("text", "key", "\2k1gr\u00FC\u00DFe \u2603".getBytes(UTF_8));
    put("text", "no-key", "\0x".getBytes(UTF_8));
    put("options", "long-key", ("? " + "k".repeat(300) + "\n: {a: 1, b: 2}\n").getBytes(UTF_8));
    put("options", "nested", OPTIONS.getBytes(UTF_8));
    put(
        "options",
        "overrides",
        (OPTIONS + "\0latency.budget=50ms\0kafka.sasl.jaas.config=${LOGIN}\0point=full")
            .getBytes(UTF_8));
    put("intake", "words", "\0w1 w2 w39 unknown".getBytes(UTF_8));
    ByteBuffer timed = ByteBuffer.allocate(64);
    timed.put((byte) 7).putLong(1_767_323_045_678_901L).putLong(50);
    timed.put("w1 \uD83D\uDE00 w2".getBytes(UTF_16BE)).flip();
    put("intake", "tokenizer-makes-nothing", "\0\u00A0\u2007".getBytes(UTF_8));
    ByteBuffer first = ByteBuffer.allocate(11).put((byte) 2).putLong(Long.MIN_VALUE);
    put("intake", "first-microsecond", first.put("w1".getBytes(UTF_8)).array());
    put("intake", "half-a-pair", new byte[] {1, (byte) 0xD8, 0x3D, 0, 'w'});
    put("intake", "timed", Arrays.copyOf(timed.array(), timed.limit()));
  }

  private static final String OPTIONS =
      """
      bundle: /models/intents
      source: {topic: events, format: avro}
      sink: {topic: predictions, guarantee: exactly-once}
      dead.letters: {topic: dead-letters}
      kafka:
        bootstrap.servers: [a:9092, b:9092]
        sasl.jaas.config: ${LOGIN}
      latency: {budget: 50 ms, batch.wait: 5 ms}
      confidence.level: 0.9
      """;

  private static void data() throws IOException {
    StringBuilder csv = new StringBuilder("text,label\n");
    StringBuilder lines = new StringBuilder();
    StringBuilder tensors = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      String label = i % 2 == 0 ? "north" : "south";
      csv.append("\"word %d, and \"\"more\"\"\",%s\n".formatted(i, label));
      lines.append("{\"text\": \"word %d\", \"label\": \"%s\", \"x\": [1]}\n".formatted(i, label));
      tensors.append("{\"tensor\": [[%d, 2.5], [3, 4]], \"label\": %d}\n".formatted(i, i % 2));
    }
    put("csv", "rows", csv.toString().getBytes(UTF_8));
    put("csv", "tensors", "tensor,label\n1 2 3,a\n4 5 6,b\n".getBytes(UTF_8));
    put("tsv", "rows", csv.toString().replace(',', '\t').getBytes(UTF_8));
    put("tsv", "header", "text\tlabel\n".getBytes(UTF_8));
    put("json-lines", "texts", lines.toString().getBytes(UTF_8));
    put("json-lines", "tensors", tensors.toString().getBytes(UTF_8));
    put(
        "json-lines",
        "jagged",
        "{\"tensor\": [[1, 2, 3], [4], [5, [6]]], \"label\": 1}\n".getBytes(UTF_8));
    put("clinc", "nested", ("{\"train\": " + "[".repeat(2000)).getBytes(UTF_8));
    put("clinc", "splits", CLINC.getBytes(UTF_8));
    put("clinc", "cut-short", CLINC.substring(0, 90).getBytes(UTF_8));
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(csv.toString().getBytes(UTF_8));
    }
    put("gzip", "rows", packed.toByteArray());
    put("gzip", "cut-short", Arrays.copyOf(packed.toByteArray(), packed.size() / 2));
    put("avro-file", "holds-itself", selfHolding());
    put("avro-file", "plain", container(CodecFactory.nullCodec()));
    put("avro-file", "deflate", container(CodecFactory.deflateCodec(6)));
  }

  private static final String CLINC =
      """
      {"train": [["one two", "a"], ["three", "b"], ["four five", "a"], ["six", "b"]],
       "val": [["seven", "a"], ["eight", "b"]], "test": [["nine", "a"], ["ten", "b"]],
       "oos_test": [["eleven", "oos"]], "oos_val": [["twelve", "oos"]]}
      """;

  private static byte[] container(CodecFactory codec) throws IOException {
    Schema schema =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Row", "fields": [
                  {"name": "text", "type": ["null", "string"]},
                  {"name": "label", "type": {"type": "enum", "name": "L", "symbols": ["a", "b"]}},
                  {"name": "more", "type": {"type": "map", "values": {"type": "array", "items": "float"}}}]}
                """);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataFileWriter<GenericRecord> writer =
        new DataFileWriter<>(new GenericDatumWriter<GenericRecord>(schema))) {
      writer.setCodec(codec).create(schema, bytes, new byte[16]);
      for (int i = 0; i < 8; i++) {
        GenericRecord row = new GenericData.Record(schema);
        row.put("text", "word " + i);
        row.put(
            "label",
            new GenericData.EnumSymbol(schema.getField("label").schema(), i % 2 == 0 ? "a" : "b"));
        row.put("more", Map.of("k", List.of(1f, 2f)));
        writer.append(row);
      }
    }
    return bytes.toByteArray();
  }

  /** Records of a schema that holds itself, a thousand deep. */
  private static byte[] selfHolding() throws IOException {
    Schema schema =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Row", "fields": [{"name": "text", "type": "string"},
                 {"name": "label", "type": "string"}, {"name": "more", "type": ["Row", "null"]}]}
                """);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataFileWriter<GenericRecord> writer =
        new DataFileWriter<>(new GenericDatumWriter<GenericRecord>(schema))) {
      writer.create(schema, bytes, new byte[16]);
      writer.appendEncoded(ByteBuffer.allocate(3000));
    }
    return bytes.toByteArray();
  }

  private static void put(String target, String name, byte[] bytes) throws IOException {
    Path seeds = Files.createDirectories(JazzerRun.SEEDS.resolve(target));
    Files.write(seeds.resolve(name), bytes);
  }
}
