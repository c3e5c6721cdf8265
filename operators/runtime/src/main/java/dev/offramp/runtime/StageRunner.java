package dev.offramp.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.offramp.runtime.Manifest.Stage;
import dev.offramp.runtime.Manifest.Tensor;
import dev.offramp.runtime.Manifest.TensorInput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs one stage on batches: gathers the events' rows into padded tensors, calls the session, and
 * spreads what comes out over the events again. Inputs and outputs are direct buffers that grow to
 * the largest batch and are used again; a tensor over a direct buffer costs microseconds, from Java
 * arrays up to milliseconds. One thread at a time.
 */
final class StageRunner implements AutoCloseable {
  private final Manifest manifest;
  private final Stage stage;
  private final int index;
  private final StageSession session;
  private final Map<String, ByteBuffer> buffers = new HashMap<>();

  StageRunner(Bundle bundle, int index, Device device) {
    this.manifest = bundle.manifest();
    this.index = index;
    this.stage = manifest.stages().get(index);
    this.session = StageSession.open(bundle, index, device);
  }

  /**
   * Runs the stage on events, which must all be due for it: their logits of this exit and the
   * hidden states that it gives are in place afterwards.
   *
   * @throws InferenceException ONNX Runtime fails; the events are as before
   */
  void run(List<InFlight> events) {
    int rows = events.size();
    int tokens = InFlight.longest(events);
    Map<String, OnnxTensor> inputs = new HashMap<>();
    Map<String, OnnxTensor> outputs = new HashMap<>();
    try {
      for (String name : session.inputs()) {
        inputs.put(name, input(name, events, rows, tokens));
      }
      FloatBuffer logits = floats("out:" + stage.logits(), rows * manifest.classes());
      outputs.put(stage.logits(), tensor(logits, new long[] {rows, manifest.classes()}));
      for (Tensor given : stage.gives()) {
        FloatBuffer out = floats("out:" + given.name(), rows * size(given, tokens));
        outputs.put(given.name(), tensor(out, shape(given, rows, tokens)));
      }
      session.run(inputs, outputs);
    } catch (OrtException e) {
      throw new InferenceException(
          "%s: no tensors for %d rows of %d tokens: %s"
              .formatted(stage.file(), rows, tokens, e.getMessage()),
          e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
      outputs.values().forEach(OnnxTensor::close);
    }
    spread(events, tokens);
  }

  @Override
  public void close() {
    session.close();
  }

  private OnnxTensor input(String name, List<InFlight> events, int rows, int tokens)
      throws OrtException {
    for (int i = 0; i < stage.takes().size(); i++) {
      Tensor taken = stage.takes().get(i);
      if (taken.name().equals(name)) {
        FloatBuffer in = floats("in:" + name, rows * size(taken, tokens));
        int row = size(taken, tokens);
        for (int r = 0; r < rows; r++) {
          in.position(r * row).put(events.get(r).hidden[i]);
          zero(in, (r + 1) * row);
        }
        return tensor(in.clear().limit(rows * row), shape(taken, rows, tokens));
      }
    }
    if (manifest.input() instanceof TensorInput wanted) {
      int row = events.get(0).tensor.length;
      FloatBuffer in = floats("in:" + name, rows * row);
      events.forEach(e -> in.put(e.tensor));
      return tensor(in.flip(), shape(new Tensor(name, wanted.shape()), rows, tokens));
    }
    LongBuffer in = bytes("in:" + name, rows * tokens * Long.BYTES).asLongBuffer();
    for (InFlight e : events) {
      for (int t = 0; t < tokens; t++) {
        boolean real = t < e.tokens.length;
        in.put(
            switch (name) {
              case "input_ids" -> real ? e.tokens[t] : 0;
              case "attention_mask" -> real ? 1 : 0;
              default -> 0; // token_type_ids: one segment
            });
      }
    }
    return OnnxTensor.createTensor(
        OrtEnvironment.getEnvironment(), in.flip(), new long[] {rows, tokens});
  }

  private void spread(List<InFlight> events, int tokens) {
    FloatBuffer logits = floats("out:" + stage.logits(), events.size() * manifest.classes());
    for (InFlight e : events) {
      logits.get(e.state.logits, index * manifest.classes(), manifest.classes());
    }
    for (InFlight e : events) {
      e.hidden = new float[stage.gives().size()][];
    }
    for (int i = 0; i < stage.gives().size(); i++) {
      Tensor given = stage.gives().get(i);
      int row = size(given, tokens);
      FloatBuffer out = floats("out:" + given.name(), events.size() * row);
      for (int r = 0; r < events.size(); r++) {
        InFlight e = events.get(r);
        e.hidden[i] = new float[size(given, e.length())];
        out.get(r * row, e.hidden[i]);
      }
    }
  }

  private static OnnxTensor tensor(FloatBuffer values, long[] shape) throws OrtException {
    return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), values, shape);
  }

  /** Padding is masked, but what a larger batch left there could be NaN, which no mask hides. */
  private static void zero(FloatBuffer buffer, int end) {
    while (buffer.position() < end) {
      buffer.put(0);
    }
  }

  private static int size(Tensor tensor, int tokens) {
    int size = 1;
    for (int s : tensor.shape()) {
      size *= s == Manifest.TOKENS ? tokens : s;
    }
    return size;
  }

  private static long[] shape(Tensor tensor, int rows, int tokens) {
    long[] shape = new long[tensor.shape().size() + 1];
    shape[0] = rows;
    for (int d = 1; d < shape.length; d++) {
      int s = tensor.shape().get(d - 1);
      shape[d] = s == Manifest.TOKENS ? tokens : s;
    }
    return shape;
  }

  /** A buffer of exactly so many floats at position 0, from the one kept under this name. */
  private FloatBuffer floats(String name, int count) {
    return bytes(name, count * Float.BYTES).asFloatBuffer();
  }

  private ByteBuffer bytes(String name, int count) {
    ByteBuffer kept = buffers.get(name);
    if (kept == null || kept.capacity() < count) {
      kept = ByteBuffer.allocateDirect(Math.max(count, 4096)).order(ByteOrder.nativeOrder());
      buffers.put(name, kept);
    }
    return kept.clear().limit(count);
  }
}
