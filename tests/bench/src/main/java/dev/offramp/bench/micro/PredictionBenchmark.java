package dev.offramp.bench.micro;

import dev.offramp.runtime.Classifier;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.ServingOptions;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.TrustedSchemas;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
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

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private SpecificDatumWriter<Prediction> writer;
  private SpecificDatumReader<Prediction> reader;
  private BinaryEncoder encoder;
  private BinaryDecoder decoder;
  private Prediction prediction;
  private byte[] bytes;

  /** Predicts a text. */
  @Setup
  public void setUp() throws IOException {
    TrustedSchemas.trust();
    writer = new SpecificDatumWriter<>(Prediction.class);
    reader = new SpecificDatumReader<>(Prediction.class);
    try (Classifier classifier =
        Classifier.open(MadeUp.bundle(bundle), Device.CPU, ServingOptions.DEFAULT)) {
      prediction = classifier.classify(List.of("a ".repeat(10))).get(0);
    }
    bytes = encode();
  }

  /** Writes it. */
  @Benchmark
  public byte[] encode() throws IOException {
    out.reset();
    encoder = EncoderFactory.get().directBinaryEncoder(out, encoder);
    writer.write(prediction, encoder);
    return out.toByteArray();
  }

  /** Reads it. */
  @Benchmark
  public Prediction decode() throws IOException {
    decoder = DecoderFactory.get().binaryDecoder(bytes, decoder);
    return reader.read(null, decoder);
  }
}
