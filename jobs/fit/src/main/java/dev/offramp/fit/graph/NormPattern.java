package dev.offramp.fit.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A layer norm over the sum of two tensors, written with simple operators as exporters do before
 * version 17: (x - mean) / sqrt(variance + epsilon) * gamma + beta, all over the last dimension.
 *
 * @param left an operand of the sum
 * @param right the other
 * @param gamma float [width]
 * @param beta float [width]
 * @param output the result
 */
record NormPattern(
    String left, String right, String gamma, String beta, float epsilon, String output) {

  /** Every place in a graph that looks like one. */
  static List<NormPattern> in(OnnxGraph graph) {
    Nodes nodes = new Nodes(graph);
    return graph.nodes().stream()
        .filter(n -> n.getOpType().equals("Add"))
        .flatMap(n -> at(nodes, n).stream())
        .toList();
  }

  /** The tensors whose shapes matter. */
  List<String> tensors() {
    return List.of(left, right, gamma, beta);
  }

  /**
   * Whether one operand is broadcast over the events. A sum of equals ONNX Runtime finds by itself,
   * and takes the bias before it too.
   */
  boolean broadcasts(Shapes shapes) {
    return added(shapes, left, right) || added(shapes, right, left);
  }

  private boolean added(Shapes shapes, String input, String added) {
    List<String> whole = shapes.of(input);
    return whole.size() == 3
        && whole.subList(0, 2).equals(List.of(Shapes.ROWS, Shapes.TOKENS))
        && shapes.of(added).equals(List.of("1", Shapes.TOKENS, whole.get(2)))
        && shapes.of(gamma).equals(whole.subList(2, 3))
        && shapes.of(beta).equals(whole.subList(2, 3));
  }

  /** Writes it as one node; only where it {@link #broadcasts}. */
  void write(GraphWriter writer, Shapes shapes) {
    boolean inOrder = added(shapes, left, right);
    writer.normOfSum(output, inOrder ? left : right, inOrder ? right : left, gamma, beta, epsilon);
  }

  private static Optional<NormPattern> at(Nodes nodes, NodeProto shifted) {
    Nodes.Operands shift = nodes.operands(shifted);
    Nodes.Operands scaling = nodes.operands(nodes.maker(shift.open(), "Mul"));
    NodeProto quotient = nodes.maker(scaling.open(), "Div");
    NodeProto centred = nodes.maker(Nodes.input(quotient, 0), "Sub");
    NodeProto root = nodes.maker(Nodes.input(quotient, 1), "Sqrt");
    Nodes.Operands variance = nodes.operands(nodes.maker(Nodes.input(root, 0), "Add"));
    NodeProto square = nodes.maker(nodes.averaged(variance.open()), "Pow");
    NodeProto sum = nodes.maker(Nodes.input(centred, 0), "Add");
    float epsilon = nodes.number(variance.fixed());
    NormPattern pattern =
        new NormPattern(
            Nodes.input(sum, 0),
            Nodes.input(sum, 1),
            scaling.fixed(),
            shift.fixed(),
            epsilon,
            Nodes.output(shifted));
    boolean whole =
        Stream.of(pattern.left, pattern.right, pattern.gamma, pattern.beta)
                .noneMatch(String::isEmpty)
            && nodes.averaged(Nodes.input(centred, 1)).equals(Nodes.input(centred, 0))
            && Nodes.input(square, 0).equals(Nodes.output(centred))
            && nodes.number(Nodes.input(square, 1)) == 2
            && epsilon >= 0;
    return whole ? Optional.of(pattern) : Optional.empty();
  }
}
