package dev.offramp.runtime;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The tiny bundle that reads text, but its stage 0 multiplies large matrices for each {@link #SLOW}
 * word of a batch, about a tenth of a second of one core a word, and its weights are 4 MiB. What it
 * computes meanwhile counts for nothing, so predictions are the tiny bundle's.
 */
public final class SlowBundle {
  /** The word that takes time. */
  public static final String SLOW = "w" + (TinyBundle.WORDS - 1);

  private static final int WIDTH = 1024;
  private static final int ROWS = 16;
  private static final int ROUNDS = 150;

  private SlowBundle() {}

  /** A text with so many slow words. */
  public static String text(int slowWords) {
    return String.join(" ", Collections.nCopies(slowWords, SLOW));
  }

  /** Writes the bundle. */
  public static Manifest write(Path folder) throws IOException {
    Manifest tiny = TinyBundle.writeText(folder);
    String hidden = tiny.stages().get(0).gives().get(0).name();
    return ChangedStage.write(folder, tiny, 0, graph -> slowDown(graph, hidden));
  }

  /** hidden = fast hidden + 0 * mean(the matrix after rounds * slow words multiplications). */
  private static void slowDown(GraphProto.Builder graph, String hidden) {
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      if (node.getOutput(0).equals(hidden)) {
        node.setOutput(0, "fast");
      }
    }
    float[] rounds = new float[TinyBundle.WORDS + 1];
    rounds[TinyBundle.WORDS] = ROUNDS;
    graph
        .addInitializer(weights("rounds", rounds, TinyBundle.WORDS + 1))
        .addInitializer(weights("start", gaussian(ROWS * WIDTH), ROWS, WIDTH))
        .addInitializer(weights("large", gaussian(WIDTH * WIDTH), WIDTH, WIDTH))
        .addInitializer(weights("slow-zero", new float[1]));
    List<NodeProto> slow = new ArrayList<>();
    slow.add(node("Gather", "rounds-of-words", "rounds", "input_ids").build());
    slow.add(whole("ReduceSum", "rounds-of-batch", "rounds-of-words"));
    slow.add(
        node("Cast", "trips", "rounds-of-batch")
            .addAttribute(integer("to", TensorProto.DataType.INT64.getNumber()))
            .build());
    slow.add(
        node("Loop", "end", "trips", "", "start")
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("body")
                    .setType(AttributeProto.AttributeType.GRAPH)
                    .setG(round()))
            .build());
    slow.add(whole("ReduceMean", "mean-of-end", "end"));
    slow.add(node("Mul", "slow-nothing", "mean-of-end", "slow-zero").build());
    slow.add(node("Add", hidden, "fast", "slow-nothing").build());
    List<NodeProto> all = new ArrayList<>(graph.getNodeList());
    // Behind the one that makes the fast hidden state, before all that read the slow one.
    all.addAll(1, slow);
    graph.clearNode().addAllNode(all);
  }

  /** One multiplication. */
  private static GraphProto round() {
    return GraphProto.newBuilder()
        .setName("round")
        .addInput(value("number", TensorProto.DataType.INT64))
        .addInput(value("go-on", TensorProto.DataType.BOOL))
        .addInput(value("matrix", TensorProto.DataType.FLOAT, ROWS, WIDTH))
        .addNode(node("Identity", "goes-on", "go-on"))
        .addNode(node("MatMul", "product", "matrix", "large"))
        .addNode(node("Tanh", "bent-matrix", "product"))
        .addOutput(value("goes-on", TensorProto.DataType.BOOL))
        .addOutput(value("bent-matrix", TensorProto.DataType.FLOAT, ROWS, WIDTH))
        .build();
  }

  private static NodeProto whole(String op, String output, String input) {
    return node(op, output, input).addAttribute(integer("keepdims", 0)).build();
  }

  private static NodeProto.Builder node(String op, String output, String... inputs) {
    return NodeProto.newBuilder().setOpType(op).addAllInput(List.of(inputs)).addOutput(output);
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, int... shape) {
    TensorShapeProto.Builder sizes = TensorShapeProto.newBuilder();
    for (int size : shape) {
      sizes.addDimBuilder().setDimValue(size);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(sizes)))
        .build();
  }

  private static TensorProto weights(String name, float[] values, int... shape) {
    TensorProto.Builder weights =
        TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT.getNumber());
    for (int size : shape) {
      weights.addDims(size);
    }
    for (float value : values) {
      weights.addFloatData(value);
    }
    return weights.build();
  }

  private static float[] gaussian(int count) {
    Random random = new Random(11);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
