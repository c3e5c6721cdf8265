package dev.offramp.fit.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Attention of many heads as encoders are exported with it: queries, keys and values are split into
 * heads and turned, each head's scores are scaled, added to the mask and made weights, and the
 * weighted values are turned back and joined. It is found by how nodes hang together, whatever they
 * are called; that a {@code Reshape} splits heads and nothing else is for {@link #fits} to say.
 *
 * @param query float [rows, tokens, width]
 * @param key as the query
 * @param value as the query
 * @param split the three with heads split off, [rows, tokens, heads, width / heads]
 * @param mask what is added to the scores
 * @param scale what scores are multiplied by
 * @param joined the result, float [rows, tokens, width]
 */
record AttentionPattern(
    String query,
    String key,
    String value,
    List<String> split,
    String mask,
    float scale,
    String joined) {

  /** Every place in a graph that looks like one. */
  static List<AttentionPattern> in(OnnxGraph graph) {
    Nodes nodes = new Nodes(graph);
    return graph.nodes().stream()
        .filter(n -> n.getOpType().equals("Softmax") && overLast(n, graph.opset()))
        .flatMap(n -> Stream.of(0, 1).flatMap(mask -> at(nodes, n, mask).stream()))
        .toList();
  }

  /** The tensors whose shapes {@link #fits} asks for. */
  List<String> tensors() {
    return Stream.concat(Stream.of(query, key, value, joined), split.stream()).toList();
  }

  /** Whether the shapes are those of attention. */
  boolean fits(Shapes shapes) {
    List<String> whole = shapes.of(query);
    List<String> heads = shapes.of(split.get(0));
    return whole.size() == 3
        && heads.size() == 4
        && heads.subList(0, 2).equals(List.of(Shapes.ROWS, Shapes.TOKENS))
        && whole.subList(0, 2).equals(List.of(Shapes.ROWS, Shapes.TOKENS))
        && Stream.of(whole.get(2), heads.get(2), heads.get(3)).allMatch(d -> d.matches("\\d+"))
        && split.stream().allMatch(t -> shapes.of(t).equals(heads))
        && Stream.of(key, value, joined).allMatch(t -> shapes.of(t).equals(whole));
  }

  /** How many heads; only where it {@link #fits}. */
  int heads(Shapes shapes) {
    return Integer.parseInt(shapes.of(split.get(0)).get(2));
  }

  /** Before version 13 an axis that isn't named is the second. */
  private static boolean overLast(NodeProto softmax, long opset) {
    List<Long> axis = Nodes.integers(softmax, "axis");
    return axis.isEmpty() ? opset >= 13 : axis.get(0) == -1 || axis.get(0) == 3;
  }

  /** The pattern around a softmax, with the mask as this operand of the sum. */
  private static Optional<AttentionPattern> at(Nodes nodes, NodeProto softmax, int mask) {
    NodeProto sum = nodes.maker(Nodes.input(softmax, 0), "Add");
    String scores = Nodes.input(sum, 1 - mask);
    NodeProto quotient = nodes.maker(scores, "Div");
    NodeProto multiple = nodes.maker(scores, "Mul");
    float scale = 1;
    if (quotient.getInputCount() == 2) {
      scale = 1 / nodes.number(quotient.getInput(1));
      scores = quotient.getInput(0);
    } else if (multiple.getInputCount() == 2) {
      scale = nodes.number(nodes.operands(multiple).fixed());
      scores = nodes.operands(multiple).open();
    }
    NodeProto product = nodes.maker(scores, "MatMul");
    String query = nodes.transposed(Nodes.input(product, 0), 0, 2, 1, 3);
    String key = nodes.transposed(Nodes.input(product, 1), 0, 2, 3, 1);
    NodeProto weighted = nodes.reader(Nodes.output(softmax), "MatMul");
    String value = nodes.transposed(Nodes.input(weighted, 1), 0, 2, 1, 3);
    String turned = Nodes.output(nodes.reader(Nodes.output(weighted), "Transpose"));
    AttentionPattern pattern =
        new AttentionPattern(
            Nodes.input(nodes.maker(query, "Reshape"), 0),
            Nodes.input(nodes.maker(key, "Reshape"), 0),
            Nodes.input(nodes.maker(value, "Reshape"), 0),
            List.of(query, key, value),
            Nodes.input(sum, mask),
            scale,
            Nodes.output(nodes.reader(turned, "Reshape")));
    boolean whole =
        pattern.tensors().stream().noneMatch(String::isEmpty)
            && Nodes.input(weighted, 0).equals(Nodes.output(softmax))
            && nodes.transposed(turned, 0, 2, 1, 3).equals(Nodes.output(weighted))
            && Float.isFinite(scale)
            && scale > 0;
    return whole ? Optional.of(pattern) : Optional.empty();
  }
}
