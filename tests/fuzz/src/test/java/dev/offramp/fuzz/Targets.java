package dev.offramp.fuzz;

import dev.offramp.fit.graph.OnnxGraph;
import dev.offramp.runtime.BundleException;
import dev.offramp.runtime.InferenceException;
import dev.offramp.runtime.RejectedEventException;
import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.MalformedRecordException;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.RecordReader;
import dev.offramp.stream.options.OptionsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/** All that reads foreign bytes. */
final class Targets {
  private static final int LONG = 600;
  private static final int SHORT = 120;
  private static final String AVRO =
      "org.apache.avro.io.**:org.apache.avro.generic.**:org.apache.avro.file.**";
  private static final String JSON = "com.fasterxml.jackson.core.json.**";
  private static final Set<Class<? extends Throwable>> NOTHING = Set.of();
  private static final Set<Class<? extends Throwable>> BUNDLE = Set.of(BundleException.class);
  private static final Set<Class<? extends Throwable>> ARGUMENT =
      Set.of(IllegalArgumentException.class);

  static final List<Target> ALL =
      List.of(
          new Target("event", LONG, 4096, AVRO, NOTHING, at -> new EventTarget()),
          new Target(
              "prediction",
              LONG,
              4096,
              AVRO,
              Set.of(MalformedRecordException.class),
              at -> record(Prediction.class)),
          new Target(
              "dead-letter",
              LONG,
              4096,
              AVRO,
              Set.of(MalformedRecordException.class),
              at -> record(DeadLetter.class)),
          new Target("text", SHORT, 4096, "", NOTHING, at -> new TextTarget()),
          new Target(
              "options",
              SHORT,
              4096,
              "com.fasterxml.jackson.dataformat.yaml.**:org.yaml.snakeyaml.**",
              Set.of(OptionsException.class),
              OptionsTarget::new),
          new Target("manifest", LONG, 1 << 14, JSON, BUNDLE, ManifestTarget::new),
          new Target("stage", LONG, 4096, "", BUNDLE, StageTarget::new),
          new Target(
              "session",
              SHORT,
              4096,
              "",
              Set.of(BundleException.class, InferenceException.class),
              SessionTarget::new),
          new Target(
              "tokenizer",
              SHORT,
              4096,
              "",
              Set.of(BundleException.class, RejectedEventException.class),
              TokenizerTarget::new),
          new Target("intake", SHORT, 4096, "", NOTHING, IntakeTarget::new),
          data("csv", "data.csv", "com.fasterxml.jackson.dataformat.csv.**"),
          data("tsv", "data.tsv", "com.fasterxml.jackson.dataformat.csv.**"),
          data("json-lines", "data.jsonl", JSON),
          data("clinc", "data.json", JSON),
          data("gzip", "data.csv.gz", ""),
          data("avro-file", "data.avro", AVRO),
          new Target("onnx-graph", SHORT, 4096, "", ARGUMENT, Targets::graph));

  private Targets() {}

  /** The target of this name. */
  static Target named(String name) {
    return ALL.stream()
        .filter(t -> t.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException("no target '%s': there are %s".formatted(name, ALL)));
  }

  private static <T extends SpecificRecord> Reader record(Class<T> type) {
    return new RecordReader<>(type)::read;
  }

  private static Target data(String name, String file, String instrumented) {
    return new Target(
        name, SHORT, 4096, instrumented, ARGUMENT, at -> new DataTarget(at.resolve(file)));
  }

  private static Reader graph(Path folder) {
    Path file = folder.resolve("graph.onnx");
    return input -> {
      Files.write(file, input);
      OnnxGraph.read(file);
    };
  }
}
