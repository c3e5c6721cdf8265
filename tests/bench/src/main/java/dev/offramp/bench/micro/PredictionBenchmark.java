package dev.offramp.bench.micro;

import dev.offramp.runtime.Classifier;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.ServingOptions;
import dev.offramp.schemas.MalformedRecordException;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.RecordReader;
import dev.offramp.schemas.RecordWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A prediction in Avro, as the sink writes it and a reader of its topic reads it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PredictionBenchmark {
  /** Folder of a bundle that reads texts. */
  @Param("")
  String bundle;

  private RecordWriter<Prediction> writer;
  private RecordReader<Prediction> reader;
  private Prediction prediction;
  private byte[] bytes;

  /** Predicts a text. */
  @Setup
  public void setUp() {
    writer = new RecordWriter<>(Prediction.class);
    reader = new RecordReader<>(Prediction.class);
    try (Classifier classifier =
        Classifier.open(MadeUp.bundle(bundle), Device.CPU, ServingOptions.DEFAULT)) {
      prediction = classifier.classify(List.of("a ".repeat(10))).get(0);
    }
    bytes = encode();
  }

  /** Writes it. */
  @Benchmark
  public byte[] encode() {
    return writer.write(prediction);
  }

  /** Reads it. */
  @Benchmark
  public Prediction decode() throws MalformedRecordException {
    return reader.read(bytes);
  }
}
