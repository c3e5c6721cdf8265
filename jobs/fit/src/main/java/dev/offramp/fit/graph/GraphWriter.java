package dev.offramp.fit.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.offramp.fit.graph.Cells.Window;
import dev.offramp.runtime.Manifest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes nodes, weights, inputs and outputs into an ONNX graph. It uses operators only in forms
 * that mean the same in every version of the standard from 9 on, since the backbone's nodes decide
 * the version (so no reductions: their axes moved from attribute to input).
 */
final class GraphWriter {
  private static final String ROWS = "rows";
  private static final String TOKENS = "tokens";

  /** Where ONNX Runtime keeps the operators of its own. */
  static final String RUNTIME_DOMAIN = "com.microsoft";

  private final GraphProto.Builder graph;

  GraphWriter(GraphProto.Builder graph) {
    this.graph = graph;
  }

  /** Adds a node of one output, and returns that output's name. */
  String node(String operator, String output, String... inputs) {
    graph.addNode(builder(operator, output, inputs));
    return output;
  }

  /** Joins tensors along the dimension after the rows. */
  String concat(String output, String... inputs) {
    graph.addNode(builder("Concat", output, inputs).addAttribute(integer("axis", 1)));
    return output;
  }

  /**
   * Pools [rows, channels, height, width].
   *
   * @param operator {@code AveragePool} or {@code MaxPool}; neither counts padding
   * @param down the windows of the height
   * @param across the windows of the width
   */
  String pool(String operator, String output, String input, Window down, Window across) {
    graph.addNode(
        builder(operator, output, input)
            .addAttribute(integers("kernel_shape", down.kernel(), across.kernel()))
            .addAttribute(integers("strides", down.stride(), across.stride()))
            .addAttribute(
                integers(
                    "pads",
                    down.padBefore(),
                    across.padBefore(),
                    down.padAfter(),
                    across.padAfter())));
    return output;
  }

  /** Turns numbers of another type into floats. */
  String toFloat(String output, String input) {
    graph.addNode(
        builder("Cast", output, input)
            .addAttribute(integer("to", TensorProto.DataType.FLOAT_VALUE)));
    return output;
  }

  /** Turns integers into those of 32 bits. */
  String toInt32(String output, String input) {
    graph.addNode(
        builder("Cast", output, input)
            .addAttribute(integer("to", TensorProto.DataType.INT32_VALUE)));
    return output;
  }

  /**
   * Attention of many heads as one of ONNX Runtime's own operators.
   *
   * @param bias [3 x width], added to queries, keys and values; {@code ""} for none
   * @param mask int32 [rows, tokens], 0 for the padding
   */
  String attention(
      String output,
      String query,
      String key,
      String value,
      String bias,
      String mask,
      int heads,
      float scale) {
    graph.addNode(
        builder("MultiHeadAttention", output, query, key, value, bias, mask)
            .setDomain(RUNTIME_DOMAIN)
            .addAttribute(integer("num_heads", heads))
            .addAttribute(real("scale", scale)));
    return output;
  }

  /**
   * Layer norm of a sum as one of ONNX Runtime's own operators.
   *
   * @param input [rows, tokens, width]
   * @param added of that shape, or [1, tokens, width]
   */
  String normOfSum(
      String output, String input, String added, String gamma, String beta, float epsilon) {
    graph.addNode(
        builder("SkipLayerNormalization", output, input, added, gamma, beta)
            .setDomain(RUNTIME_DOMAIN)
            .addAttribute(real("epsilon", epsilon)));
    return output;
  }

  /** Swaps the last two of three dimensions. */
  String swapLast(String output, String input) {
    graph.addNode(builder("Transpose", output, input).addAttribute(integers("perm", 0, 2, 1)));
    return output;
  }

  /** Reshapes; in the shape 0 keeps the dimension of that place and -1 is what is left. */
  String reshape(String output, String input, long... shape) {
    return node("Reshape", output, input, constant(output + "/shape", shape));
  }

  /** Adds float weights. */
  String weights(String name, float[] values, long... shape) {
    ByteBuffer raw =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .setRawData(ByteString.copyFrom(raw));
    for (long size : shape) {
      tensor.addDims(size);
    }
    graph.addInitializer(tensor);
    return name;
  }

  /** Adds what the graph reads: of a text the tokens [rows, tokens], or the tensor. */
  void inputs(NetworkInputs inputs, List<String> names) {
    for (String name : names) {
      graph.addInput(
          inputs.text()
              ? value(name, TensorProto.DataType.INT64, List.of(Manifest.TOKENS))
              : value(name, TensorProto.DataType.FLOAT, inputs.shape()));
    }
  }

  /** Adds a float input. */
  void input(String name, List<Integer> shape) {
    graph.addInput(value(name, TensorProto.DataType.FLOAT, shape));
  }

  /** Adds a float output. */
  void output(String name, List<Integer> shape) {
    graph.addOutput(value(name, TensorProto.DataType.FLOAT, shape));
  }

  /** Says the shape of a float tensor inside the graph. */
  void shape(String name, List<Integer> shape) {
    graph.addValueInfo(value(name, TensorProto.DataType.FLOAT, shape));
  }

  /** Adds a vector of integers. */
  private String constant(String name, long... values) {
    ByteBuffer raw = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asLongBuffer().put(values);
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .addDims(values.length)
            .setRawData(ByteString.copyFrom(raw)));
    return name;
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static AttributeProto real(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  private static AttributeProto integers(String name, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(Arrays.stream(values).boxed().toList())
        .build();
  }

  private static NodeProto.Builder builder(String operator, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName(output)
        .addAllInput(List.of(inputs))
        .addOutput(output);
  }

  private static ValueInfoProto value(
      String name, TensorProto.DataType type, List<Integer> eventShape) {
    List<Dimension> dims = new ArrayList<>();
    dims.add(Dimension.newBuilder().setDimParam(ROWS).build());
    for (int size : eventShape) {
      Dimension.Builder dim = Dimension.newBuilder();
      dims.add((size == Manifest.TOKENS ? dim.setDimParam(TOKENS) : dim.setDimValue(size)).build());
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(type.getNumber())
                        .setShape(TensorShapeProto.newBuilder().addAllDim(dims))))
        .build();
  }
}
