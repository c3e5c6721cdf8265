package dev.offramp.fit.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the shapes of tensors inside a graph by running it with them as outputs: what the graph
 * itself says of its shapes is mostly nothing.
 */
final class Probe implements AutoCloseable {
  /** A tensor as it came out of a run. */
  record Seen(List<Long> shape, boolean isFloat) {}

  private final OnnxGraph graph;
  private final NetworkInputs inputs;
  private final Set<String> computed = new LinkedHashSet<>();
  private final OrtSession session;

  /**
   * Prepares a run.
   *
   * @param tensors those to see; weights are known without a run
   */
  Probe(OnnxGraph graph, NetworkInputs inputs, Collection<String> tensors) {
    this.graph = graph;
    this.inputs = inputs;
    tensors.stream().filter(t -> graph.producer(t) != null).forEach(computed::add);
    this.session = Sessions.open(graph.name(), exposing(graph, computed));
  }

  /** The graph's model with other outputs. */
  static byte[] exposing(OnnxGraph graph, Collection<String> tensors) {
    GraphProto.Builder builder = GraphProto.newBuilder().setName("probe");
    graph.part(Set.of(), tensors).addTo(builder, name -> name);
    builder.addAllInput(graph.inputs().values());
    tensors.forEach(t -> builder.addOutput(ValueInfoProto.newBuilder().setName(t)));
    return graph.model(builder.build()).toByteArray();
  }

  /**
   * Runs the graph.
   *
   * @param rows events in the batch
   * @param tokens of each; without meaning where the network reads no text
   */
  Map<String, Seen> run(int rows, int tokens) {
    Map<String, Seen> seen = new HashMap<>();
    for (TensorProto weight : graph.initializers().values()) {
      seen.put(weight.getName(), new Seen(weight.getDimsList(), false));
    }
    try (Batch batch = batch(rows, tokens);
        OrtSession.Result result = session.run(batch.tensors(), computed)) {
      batch.tensors().forEach((name, tensor) -> seen.put(name, seen(tensor.getInfo())));
      for (String name : computed) {
        if (result.get(name).orElseThrow() instanceof OnnxTensor tensor) {
          seen.put(name, seen(tensor.getInfo()));
        }
      }
      return seen;
    } catch (OrtException e) {
      throw new IllegalArgumentException(
          "%s fails on a batch of %d made-up %s; a network must take batches of any size, so export it with that dimension open. ONNX Runtime says: %s"
              .formatted(
                  graph.name(),
                  rows,
                  inputs.text()
                      ? "texts of %d tokens".formatted(tokens)
                      : "tensors %s of zeros".formatted(inputs.shape()),
                  e.getMessage()),
          e);
    }
  }

  private Batch batch(int rows, int tokens) throws OrtException {
    if (inputs.text()) {
      return Batch.blank(rows, tokens, inputs.names());
    }
    int size = inputs.shape().stream().reduce(1, Math::multiplyExact);
    List<float[]> zeros = Collections.nCopies(rows, new float[size]);
    return Batch.ofTensors(inputs.names().get(0), inputs.shape(), zeros);
  }

  private static Seen seen(TensorInfo info) {
    return new Seen(
        Arrays.stream(info.getShape()).boxed().toList(), info.type == OnnxJavaType.FLOAT);
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("the session of " + graph.name() + " can't be closed", e);
    }
  }
}
