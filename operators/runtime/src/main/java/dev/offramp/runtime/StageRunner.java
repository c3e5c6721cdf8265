package dev.offramp.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.offramp.runtime.Manifest.Stage;
import dev.offramp.runtime.Manifest.Tensor;
import dev.offramp.runtime.Manifest.TensorInput;
import dev.offramp.runtime.Manifest.TextInput;
import dev.offramp.schemas.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs one stage on batches: gathers the events' rows into padded tensors, calls the session, and
 * gives back logits and, of those events that go on, hidden states. Inputs and outputs are direct
 * buffers that grow to the largest batch and are used again; a tensor over a direct buffer costs
 * microseconds, from Java arrays up to milliseconds. One thread at a time.
 */
public final class StageRunner implements AutoCloseable {
  /** Length of the rows by which a stage of text is measured: that of a short sentence. */
  private static final int TYPICAL_TOKENS = 16;

  private final Manifest manifest;
  private final Stage stage;
  private final int index;
  private final int maxRows;
  private final int padId;
  private final boolean equalLengths;
  private final StageSession session;
  private final Map<String, ByteBuffer> buffers = new HashMap<>();
  private final FloatBuffer[] given;

  /** Of the last batch. */
  private FloatBuffer logits;

  private int tokens;

  /**
   * Loads a stage, or shares it with others of this JVM that serve it on the device.
   *
   * @param index of the stage, from 0
   * @throws BundleException ONNX Runtime refuses its file
   */
  public StageRunner(Bundle bundle, int index, Device device) {
    this.manifest = bundle.manifest();
    this.index = index;
    this.stage = manifest.stages().get(index);
    this.maxRows = device.maxRows();
    TextInput text = manifest.input() instanceof TextInput t ? t : null;
    this.padId = text == null ? 0 : text.padId();
    this.equalLengths = text != null && text.equalLengths();
    this.given = new FloatBuffer[stage.gives().size()];
    this.session = StageSession.open(bundle, index, device);
  }

  /**
   * Runs the stage on events, which must all be due for it: afterwards the logits of this exit are
   * in place in their states, and the hidden states lie ready for {@link #handOn} until the next
   * run.
   *
   * @throws InferenceException ONNX Runtime fails; the events are as before
   * @throws IllegalArgumentException the events differ in length, and the bundle allows no padding
   */
  public void run(List<InFlight> events) {
    int rows = events.size();
    tokens = InFlight.longest(events);
    if (equalLengths && events.stream().anyMatch(e -> e.length() != tokens)) {
      throw new IllegalArgumentException(
          "bundle %s needs batches of texts of equal length; this one has %s tokens"
              .formatted(manifest.id(), events.stream().map(InFlight::length).toList()));
    }
    Map<String, OnnxTensor> inputs = new HashMap<>();
    Map<String, OnnxTensor> outputs = new HashMap<>();
    try {
      for (String name : session.inputs()) {
        inputs.put(name, input(name, events, rows));
      }
      logits = floats("out:" + stage.logits(), rows * manifest.classes());
      outputs.put(stage.logits(), tensor(logits, new long[] {rows, manifest.classes()}));
      for (int i = 0; i < given.length; i++) {
        Tensor tensor = stage.gives().get(i);
        given[i] = floats("out:" + tensor.name(), rows * size(tensor, tokens));
        outputs.put(tensor.name(), tensor(given[i], shape(tensor, rows)));
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
    for (int r = 0; r < rows; r++) {
      int row = r * manifest.classes();
      float[] into = events.get(r).state.logits;
      logits.get(row, into, index * manifest.classes(), manifest.classes());
    }
  }

  /**
   * Gives an event of the last batch the hidden states for the next stage, in the arrays that it
   * has if they fit.
   *
   * @param row the event's place in the batch
   * @param spares where other arrays come from
   */
  public void handOn(InFlight event, int row, Spares spares) {
    if (event.hidden.length != given.length) {
      event.hidden = new float[given.length][];
    }
    for (int i = 0; i < given.length; i++) {
      Tensor tensor = stage.gives().get(i);
      int size = size(tensor, event.length());
      if (event.hidden[i] == null || event.hidden[i].length != size) {
        event.hidden[i] = spares.array(size);
      }
      given[i].get(row * size(tensor, tokens), event.hidden[i]);
    }
  }

  /**
   * The stage's cost curve on this device, measured by whoever asks first in this JVM; a copy of
   * its own for each.
   */
  public CostCurve curve() {
    return session.curve(this::measured);
  }

  @Override
  public void close() {
    session.close();
  }

  /** Names stage, bundle and device. */
  @Override
  public String toString() {
    return session.toString();
  }

  /**
   * The largest of an event's logits at this exit, either way: NaN if one of them is.
   *
   * @param event of the last batch
   */
  float largestLogit(InFlight event) {
    float[] of = event.state.logits;
    int largest = 0;
    int begin = index * manifest.classes();
    for (int c = begin; c < begin + manifest.classes(); c++) {
      // Without the sign a float's bits order as its size does, and NaN's come last.
      largest = Math.max(largest, Float.floatToRawIntBits(of[c]) & Integer.MAX_VALUE);
    }
    return Float.intBitsToFloat(largest);
  }

  private CostCurve measured() {
    InFlight blank = blank();
    run(List.of(blank));
    return CostCurve.measured(
        blank.length(),
        maxRows,
        rows -> {
          List<InFlight> batch = Collections.nCopies(rows, blank);
          long begun = System.nanoTime();
          try {
            run(batch);
          } catch (InferenceException e) {
            if (e.reason() == Reason.OUT_OF_MEMORY && rows > 1) {
              return Double.POSITIVE_INFINITY;
            }
            throw e;
          }
          return (System.nanoTime() - begun) / 1000.0;
        });
  }

  /** An event that is due for this stage, of typical length and all zero. */
  InFlight blank() {
    boolean text = manifest.input() instanceof TextInput;
    return blank(text ? Math.min(TYPICAL_TOKENS, ((TextInput) manifest.input()).maxTokens()) : 1);
  }

  /**
   * An event that is due for this stage and all zero.
   *
   * @param length in tokens; 1 for a tensor
   */
  InFlight blank(int length) {
    ExitState state = new ExitState(manifest.exits(), manifest.classes());
    int[] ids = null;
    float[] values = null;
    if (manifest.input() instanceof TensorInput wanted) {
      values = new float[wanted.shape().stream().reduce(1, Math::multiplyExact)];
    } else {
      ids = new int[length];
    }
    InFlight event = new InFlight(null, "", ids, values, false, 0, InFlight.NO_BUDGET, state);
    List<float[]> hidden = new ArrayList<>();
    stage.takes().forEach(t -> hidden.add(new float[size(t, event.length())]));
    event.hidden = hidden.toArray(float[][]::new);
    return event;
  }

  private OnnxTensor input(String name, List<InFlight> events, int rows) throws OrtException {
    for (int i = 0; i < stage.takes().size(); i++) {
      Tensor taken = stage.takes().get(i);
      if (taken.name().equals(name)) {
        int row = size(taken, tokens);
        FloatBuffer in = floats("in:" + name, rows * row);
        for (int r = 0; r < rows; r++) {
          in.position(r * row).put(events.get(r).hidden[i]);
          zero(in, (r + 1) * row);
        }
        return tensor(in.clear().limit(rows * row), shape(taken, rows));
      }
    }
    if (manifest.input() instanceof TensorInput wanted) {
      int row = events.get(0).tensor.length;
      FloatBuffer in = floats("in:" + name, rows * row);
      events.forEach(e -> in.put(e.tensor));
      return tensor(in.flip(), shape(new Tensor(name, wanted.shape()), rows));
    }
    LongBuffer in = bytes("in:" + name, rows * tokens * Long.BYTES).asLongBuffer();
    for (InFlight e : events) {
      for (int t = 0; t < tokens; t++) {
        boolean real = t < e.tokens.length;
        in.put(
            switch (name) {
              case "input_ids" -> real ? e.tokens[t] : padId;
              case "attention_mask" -> real ? 1 : 0;
              default -> 0; // token_type_ids: one segment
            });
      }
    }
    return OnnxTensor.createTensor(
        OrtEnvironment.getEnvironment(), in.flip(), new long[] {rows, tokens});
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

  private long[] shape(Tensor tensor, int rows) {
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
