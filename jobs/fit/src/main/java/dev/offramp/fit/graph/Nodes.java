package dev.offramp.fit.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Walks a graph from node to node in search of a pattern. Where a walk leaves the pattern it goes
 * on with no node and the tensor {@code ""}, which lead to nothing but themselves: so a whole
 * pattern is written down as one walk and looked at once, at its end.
 */
final class Nodes {
  private static final NodeProto NONE = NodeProto.getDefaultInstance();

  private final OnnxGraph graph;

  Nodes(OnnxGraph graph) {
    this.graph = graph;
  }

  /** The node that makes a tensor, if it is of this operator. */
  NodeProto maker(String tensor, String operator) {
    Integer node = graph.producer(tensor);
    return node == null ? NONE : ifIs(graph.nodes().get(node), operator);
  }

  /** The one node of this operator that reads a tensor; others may read its shape. */
  NodeProto reader(String tensor, String operator) {
    List<NodeProto> readers =
        graph.consumers(tensor).stream()
            .map(graph.nodes()::get)
            .filter(n -> !n.getOpType().equals("Shape"))
            .toList();
    return readers.size() == 1 ? ifIs(readers.get(0), operator) : NONE;
  }

  private static NodeProto ifIs(NodeProto node, String operator) {
    boolean standard = node.getDomain().isEmpty() || node.getDomain().equals("ai.onnx");
    return standard && node.getOpType().equals(operator) ? node : NONE;
  }

  private static boolean is(NodeProto node) {
    return !node.getOpType().isEmpty();
  }

  /** A tensor that a node reads. */
  static String input(NodeProto node, int place) {
    return place < node.getInputCount() ? node.getInput(place) : "";
  }

  /** The tensor that a node makes. */
  static String output(NodeProto node) {
    return node.getOutputCount() == 1 ? node.getOutput(0) : "";
  }

  /**
   * Goes back over transpositions.
   *
   * @param permutation what they must come to, taken together
   * @return the tensor before them
   */
  String transposed(String tensor, Integer... permutation) {
    List<Integer> all = IntStream.range(0, permutation.length).boxed().toList();
    String at = tensor;
    for (NodeProto node = maker(at, "Transpose"); is(node); node = maker(at, "Transpose")) {
      List<Long> own = integers(node, "perm");
      if (own.size() != permutation.length) {
        return "";
      }
      all = all.stream().map(axis -> own.get(axis).intValue()).toList();
      at = input(node, 0);
    }
    return all.equals(List.of(permutation)) ? at : "";
  }

  /** The tensor of which another is the mean over the last of three dimensions. */
  String averaged(String mean) {
    NodeProto node = maker(mean, "ReduceMean");
    List<Long> axes = integers(node, "axes", 1);
    boolean last = axes.equals(List.of(-1L)) || axes.equals(List.of(2L));
    return last && !integers(node, "keepdims").equals(List.of(0L)) ? input(node, 0) : "";
  }

  /**
   * The operands of a sum or product.
   *
   * @param open the one that is computed
   * @param fixed the one that is a weight or a constant
   */
  record Operands(String open, String fixed) {}

  /** The operands of a node, in whichever order they stand. */
  Operands operands(NodeProto node) {
    String first = input(node, 0);
    String second = input(node, 1);
    if (constant(first) != null) {
      return constant(second) == null ? new Operands(second, first) : new Operands("", "");
    }
    return constant(second) == null ? new Operands("", "") : new Operands(first, second);
  }

  /** The one number of a constant; NaN if it is no such constant. */
  float number(String tensor) {
    float[] numbers = numbers(tensor);
    return numbers.length == 1 ? numbers[0] : Float.NaN;
  }

  /** The numbers of a float weight or constant; none if it isn't one. */
  float[] numbers(String tensor) {
    TensorProto constant = constant(tensor);
    if (constant == null || constant.getDataType() != TensorProto.DataType.FLOAT_VALUE) {
      return new float[0];
    }
    if (constant.getRawData().isEmpty()) {
      float[] numbers = new float[constant.getFloatDataCount()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = constant.getFloatData(i);
      }
      return numbers;
    }
    FloatBuffer raw = little(constant.getRawData()).asFloatBuffer();
    float[] numbers = new float[raw.remaining()];
    raw.get(numbers);
    return numbers;
  }

  /** Integers that a node has as an attribute, or from some version on reads as a constant. */
  List<Long> integers(NodeProto node, String attribute, int place) {
    TensorProto constant = constant(input(node, place));
    if (constant == null || constant.getDataType() != TensorProto.DataType.INT64_VALUE) {
      return integers(node, attribute);
    }
    if (constant.getRawData().isEmpty()) {
      return constant.getInt64DataList();
    }
    List<Long> integers = new ArrayList<>();
    for (LongBuffer raw = little(constant.getRawData()).asLongBuffer(); raw.hasRemaining(); ) {
      integers.add(raw.get());
    }
    return integers;
  }

  /** Integers that a node has as an attribute; none if it hasn't. */
  static List<Long> integers(NodeProto node, String attribute) {
    for (AttributeProto a : node.getAttributeList()) {
      if (a.getName().equals(attribute)) {
        return a.getType() == AttributeProto.AttributeType.INT
            ? List.of(a.getI())
            : a.getIntsList();
      }
    }
    return List.of();
  }

  private TensorProto constant(String tensor) {
    NodeProto node = maker(tensor, "Constant");
    if (!is(node)) {
      return graph.initializers().get(tensor);
    }
    return node.getAttributeList().stream()
        .filter(AttributeProto::hasT)
        .map(AttributeProto::getT)
        .findFirst()
        .orElse(null);
  }

  private static ByteBuffer little(ByteString raw) {
    return raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }
}
