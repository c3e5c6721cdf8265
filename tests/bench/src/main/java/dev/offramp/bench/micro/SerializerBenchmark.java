package dev.offramp.bench.micro;

import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.InFlight;
import dev.offramp.runtime.Intake;
import dev.offramp.runtime.Spares;
import dev.offramp.runtime.StageRunner;
import dev.offramp.schemas.Event;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** An event of ten words that survived stage 0, on its way to an operator elsewhere. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SerializerBenchmark {
  /** Folder of a bundle that reads texts. */
  @Param("")
  String bundle;

  private InFlight event;
  private byte[] bytes;
  private final DataOutputSerializer out = new DataOutputSerializer(1 << 16);
  private final DataInputDeserializer in = new DataInputDeserializer();

  /** Runs an event through stage 0. */
  @Setup
  public void setUp() throws Exception {
    Bundle opened = MadeUp.bundle(bundle);
    try (Intake intake = Intake.open(opened);
        StageRunner runner = new StageRunner(opened, 0, Device.CPU)) {
      event = intake.accept(new Event("event", "a ".repeat(10), null, null), null, 0);
      runner.run(List.of(event));
      runner.handOn(event, 0, new Spares(opened.manifest()));
    }
    write();
    bytes = out.getCopyOfBuffer();
  }

  /** Writes it; gives the number of bytes. */
  @Benchmark
  public int write() throws IOException {
    out.clear();
    event.write(out);
    return out.length();
  }

  /** Reads it. */
  @Benchmark
  public InFlight read() throws IOException {
    in.setBuffer(bytes);
    return InFlight.read(in, null);
  }
}
