package dev.offramp.fit.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OperatorsTest {
  private static NodeProto.Builder node(String operator, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName("n")
        .addAllInput(List.of(inputs))
        .addOutput("y");
  }

  private static long multiplyAdds(NodeProto.Builder node, Map<String, List<Long>> shapes) {
    NodeProto built = node.build();
    assertThat(shapes.keySet()).containsAll(Operators.shapesNeeded(built));
    return Operators.multiplyAdds(built, shapes::get);
  }

  @Test
  void productsCostTheirInnerDimensionForEachElement() {
    Map<String, List<Long>> shapes =
        Map.of("a", List.of(2L, 5L, 7L), "y", List.of(2L, 5L, 3L), "t", List.of(7L, 5L));

    assertThat(multiplyAdds(node("MatMul", "a", "b"), shapes)).isEqualTo(2 * 5 * 3 * 7);
    assertThat(multiplyAdds(node("MatMulInteger", "a", "b"), shapes)).isEqualTo(2 * 5 * 3 * 7);
    assertThat(
            multiplyAdds(
                node("Gemm", "t", "b"), Map.of("t", List.of(5L, 7L), "y", List.of(5L, 3L))))
        .isEqualTo(5 * 3 * 7);
    NodeProto.Builder transposed =
        node("Gemm", "t", "b").addAttribute(AttributeProto.newBuilder().setName("transA").setI(1));
    assertThat(multiplyAdds(transposed, Map.of("t", List.of(7L, 5L), "y", List.of(5L, 3L))))
        .isEqualTo(5 * 3 * 7);
  }

  @Test
  void convolutionsCostTheirKernelForEachElement() {
    Map<String, List<Long>> shapes =
        Map.of("w", List.of(8L, 2L, 3L, 3L), "y", List.of(1L, 8L, 6L, 6L));

    assertThat(multiplyAdds(node("Conv", "x", "w"), shapes)).isEqualTo(8 * 36 * 18);
    assertThat(multiplyAdds(node("QLinearConv", "x", "s", "z", "w"), shapes))
        .isEqualTo(8 * 36 * 18);
  }

  @Test
  void attentionCostsItsProjectionsScoresAndWeightedSum() {
    Map<String, List<Long>> shapes = Map.of("w", List.of(8L, 24L), "y", List.of(1L, 5L, 8L));

    assertThat(multiplyAdds(node("Attention", "x", "w", "b"), shapes))
        .isEqualTo(5 * 8 * 24 + 2 * 5 * 5 * 8);
  }

  @Test
  void elementByElementWorkAndLookUpsCostNothing() {
    assertThat(multiplyAdds(node("Add", "a", "b"), Map.of())).isZero();
    assertThat(multiplyAdds(node("Gather", "table", "ids"), Map.of())).isZero();
    assertThat(Operators.heavy(node("Add", "a", "b").build())).isFalse();
    assertThat(Operators.lookup(node("Gather", "table", "ids").build())).isTrue();
  }

  @Test
  void operatorOfUnknownCostIsRefused() {
    assertThat(Operators.heavy(node("LSTM", "x", "w").build())).isTrue();
    assertThatThrownBy(() -> multiplyAdds(node("LSTM", "x", "w"), Map.of()))
        .hasMessage(
            "the multiply-adds of node n (LSTM) can't be counted, so what an exit saves isn't known;"
                + " export the network without this operator");
  }
}
