package dev.offramp.fit.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.offramp.fit.data.Backbone;
import dev.offramp.fit.data.Example;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Checks that stages, one after the other, compute what the backbone computes: the tensor at every
 * exit on padded batches, against the backbone run whole. States of padding are not compared:
 * nothing reads them, and rounding grows there without bound. One thread.
 */
public final class Reproduction implements AutoCloseable {
  /** The largest difference allowed in any element. */
  public static final double TOLERANCE = 1e-4;

  private static final int ROWS = 16;

  private final Cuts cuts;
  private final List<Cut> exits;
  private final List<Stage> stages;
  private final OrtSession whole;
  private final StageChain chain;

  /**
   * Opens the backbone and the stages.
   *
   * @param exits the tensors that the stages end with
   * @param stages one for each exit, front to back
   * @throws IllegalArgumentException a stage is no ONNX model
   */
  public Reproduction(Cuts cuts, List<Cut> exits, List<Stage> stages) {
    this.cuts = cuts;
    this.exits = exits;
    this.stages = stages;
    List<byte[]> models = new ArrayList<>();
    for (int k = 0; k < stages.size(); k++) {
      models.add(withResult(stages.get(k), exits.get(k)));
    }
    // First what may fail to load: nothing else is open yet.
    this.chain = new StageChain(stages, models);
    List<String> tensors = exits.stream().map(Cut::tensor).toList();
    this.whole = Sessions.open(cuts.graph().name(), Probe.exposing(cuts.graph(), tensors));
  }

  /**
   * Checks the stages on examples. A dynamically quantised backbone is exempt: its numbers depend
   * on how the work is shared out.
   *
   * @param backbone the one that was cut
   * @param rules of texts
   * @param examples texts if the backbone has a tokenizer, else tensors of the shape that it reads
   * @return the largest difference seen
   * @throws IllegalStateException names the first tensor that differs by more than {@link
   *     #TOLERANCE}, and by how much
   */
  public double check(Backbone backbone, TextRules rules, List<Example> examples) {
    NetworkExamples ready = NetworkExamples.of(backbone, rules, examples);
    List<String> names = cuts.inputs().text() ? NetworkInputs.TEXT : cuts.inputs().names();
    double[] worst = new double[exits.size()];
    try {
      for (int from = 0; from < ready.size(); from += ROWS) {
        int to = Math.min(ready.size(), from + ROWS);
        List<Integer> rows = IntStream.range(from, to).boxed().toList();
        try (Batch batch = ready.batch(rows, names)) {
          double[] differences = differences(batch.tensors());
          for (int k = 0; k < worst.length; k++) {
            worst[k] = Math.max(worst[k], differences[k]);
          }
        }
      }
    } catch (OrtException e) {
      throw new IllegalStateException(
          "the stages of %s can't be run: %s".formatted(cuts.graph().name(), e.getMessage()), e);
    }
    double largest = 0;
    for (int k = 0; k < worst.length; k++) {
      largest = Math.max(largest, worst[k]);
      // Written so that NaN fails.
      if (cuts.graph().batchInvariant() && !(worst[k] <= TOLERANCE)) {
        throw new IllegalStateException(
            "the stages of %s don't reproduce it: %s, at the end of stage %d, differs by %.3g, more than %.0e"
                .formatted(cuts.graph().name(), exits.get(k).tensor(), k, worst[k], TOLERANCE));
      }
    }
    return largest;
  }

  /**
   * The largest difference at each exit.
   *
   * @param inputs all that the backbone and the stages read, by name
   */
  double[] differences(Map<String, OnnxTensor> inputs) throws OrtException {
    double[] differences = new double[exits.size()];
    try (OrtSession.Result expected = whole.run(StageChain.wanted(whole, inputs));
        StageChain.Run run = chain.run(inputs)) {
      for (int k = 0; k < differences.length; k++) {
        OnnxTensor reference = StageChain.tensor(expected, exits.get(k).tensor());
        OnnxTensor actual = StageChain.tensor(run.results().get(k), stages.get(k).result());
        LongBuffer mask =
            exits.get(k).hasTokens() ? inputs.get(NetworkInputs.MASK).getLongBuffer() : null;
        differences[k] = difference(reference, actual, mask, exits.get(k).width());
      }
    }
    return differences;
  }

  /**
   * The largest difference.
   *
   * @param mask [rows, tokens], 0 for the padding; null if there is none
   */
  private static double difference(
      OnnxTensor expected, OnnxTensor actual, LongBuffer mask, int width) {
    FloatBuffer a = expected.getFloatBuffer();
    FloatBuffer b = actual.getFloatBuffer();
    double worst = a.remaining() == b.remaining() ? 0 : Double.POSITIVE_INFINITY;
    for (int i = 0; i < Math.min(a.limit(), b.limit()); i++) {
      if (mask == null || mask.get(i / width) != 0) {
        double difference = Math.abs((double) a.get(i) - b.get(i));
        worst = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(worst, difference);
      }
    }
    return worst;
  }

  /** The last stage hands no tensor on, so it is asked for it here. */
  private static byte[] withResult(Stage stage, Cut exit) {
    if (!stage.gives().isEmpty()) {
      return stage.onnx().toByteArray();
    }
    try {
      ModelProto.Builder model = ModelProto.parseFrom(stage.onnx()).toBuilder();
      GraphProto.Builder graph = model.getGraphBuilder();
      new GraphWriter(graph).output(stage.result(), exit.shape());
      return model.build().toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("the stage of " + exit.tensor() + " is no ONNX model", e);
    }
  }

  @Override
  public void close() {
    try {
      whole.close();
      chain.close();
    } catch (OrtException e) {
      throw new IllegalStateException("the sessions can't be closed", e);
    }
  }
}
