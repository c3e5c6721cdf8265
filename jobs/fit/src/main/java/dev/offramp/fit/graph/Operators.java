package dev.offramp.fit.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What ONNX operators cost, in multiply-adds: each output element of a product needs as many as its
 * inner dimension is long. Element by element work counts nothing.
 */
final class Operators {
  /** Products over the last dimension of one operand, with the operand's place. */
  private static final Map<String, Integer> PRODUCTS =
      Map.of(
          "MatMul", 0,
          "FusedMatMul", 0,
          "MatMulInteger", 0,
          "MatMulIntegerToFloat", 0,
          "DynamicQuantizeMatMul", 0,
          "QLinearMatMul", 0,
          "Gemm", 0,
          "FusedGemm", 0);

  /** Convolutions, with the place of the kernel [out, in / groups, sizes...]. */
  private static final Map<String, Integer> CONVOLUTIONS =
      Map.of("Conv", 1, "FusedConv", 1, "ConvInteger", 1, "QLinearConv", 3);

  /** Attention with the projections inside, with the place of their weights [in, 3 x out]. */
  private static final Map<String, Integer> ATTENTION = Map.of("Attention", 1, "QAttention", 1);

  /** Heavy, but not counted here. */
  private static final Set<String> UNCOUNTED =
      Set.of(
          "MultiHeadAttention",
          "GroupQueryAttention",
          "ConvTranspose",
          "Einsum",
          "MatMulNBits",
          "LSTM",
          "GRU",
          "RNN",
          "DynamicQuantizeLSTM",
          "Loop",
          "Scan",
          "If");

  /** Look-ups in a table: no multiply-adds, but as good as a layer where the table is weights. */
  private static final Set<String> LOOKUPS = Set.of("Gather", "GatherElements", "GatherND");

  private Operators() {}

  /** Whether the operator does a network's work, whatever it reads. */
  static boolean heavy(NodeProto node) {
    String op = node.getOpType();
    return PRODUCTS.containsKey(op)
        || CONVOLUTIONS.containsKey(op)
        || ATTENTION.containsKey(op)
        || UNCOUNTED.contains(op)
        || op.equals("EmbedLayerNormalization");
  }

  /** Whether the operator looks things up in its first operand by its second. */
  static boolean lookup(NodeProto node) {
    return LOOKUPS.contains(node.getOpType());
  }

  /** The tensors whose shapes {@link #multiplyAdds} asks for. */
  static List<String> shapesNeeded(NodeProto node) {
    Integer operand = operand(node);
    return operand == null ? List.of() : List.of(node.getInput(operand), node.getOutput(0));
  }

  /**
   * The multiply-adds of a node.
   *
   * @param shapes of the tensors named by {@link #shapesNeeded}, batch included
   * @throws IllegalArgumentException for an operator whose cost isn't known
   */
  static long multiplyAdds(NodeProto node, Function<String, List<Long>> shapes) {
    String op = node.getOpType();
    if (UNCOUNTED.contains(op)) {
      throw new IllegalArgumentException(
          "the multiply-adds of %s can't be counted, so what an exit saves isn't known; export the network without this operator"
              .formatted(OnnxGraph.describe(node)));
    }
    Integer operand = operand(node);
    if (operand == null) {
      return 0;
    }
    List<Long> shape = shapes.apply(node.getInput(operand));
    List<Long> out = shapes.apply(node.getOutput(0));
    if (PRODUCTS.containsKey(op)) {
      boolean transposed = shape.size() > 1 && attribute(node, "transA") != 0;
      return elements(out) * shape.get(shape.size() - (transposed ? 2 : 1));
    }
    if (CONVOLUTIONS.containsKey(op)) {
      return elements(out) * elements(shape.subList(1, shape.size()));
    }
    // Projections [rows, tokens, in] x [in, 3 x out], then scores and the weighted sum.
    long tokens = out.get(out.size() - 2);
    return elements(out) / out.get(out.size() - 1) * elements(shape) + 2 * tokens * elements(out);
  }

  private static Integer operand(NodeProto node) {
    String op = node.getOpType();
    return PRODUCTS.getOrDefault(op, CONVOLUTIONS.getOrDefault(op, ATTENTION.get(op)));
  }

  private static long attribute(NodeProto node, String name) {
    return node.getAttributeList().stream()
        .filter(a -> a.getName().equals(name))
        .mapToLong(AttributeProto::getI)
        .findFirst()
        .orElse(0);
  }

  private static long elements(List<Long> shape) {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }
}
