package dev.offramp.fit.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.fit.learn.Head;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FusedGraphTest {
  @ParameterizedTest
  @CsvSource({"11, 3, Div, 2", "13, -1, Mul, 0.7"})
  void attentionIsFoundByItsStructure(int opset, int axis, String scaling, float scale)
      throws Exception {
    Cuts cuts = Cuts.of(SmallEncoder.of(opset, axis, scaling, scale, NetworkInputs.MASK, -1e9f));
    OnnxGraph form = FusedGraph.of(cuts).orElseThrow();
    List<Cut> exits = List.of(cuts.output());
    List<Head> heads = StagesTest.heads(exits);
    Stages stages = new Stages(cuts, exits);

    assertThat(attentions(form)).isEqualTo(1);
    List<Stage> fused = stages.from(form).write(heads);
    try (Batch batch =
            Batch.ofTokens(
                List.of(new long[] {1, 2, 3, 4, 5}, new long[] {6, 7}, new long[] {8}),
                0,
                NetworkInputs.TEXT);
        Reproduction reproduction = new Reproduction(cuts, exits, fused)) {
      assertThat(reproduction.differences(batch.tensors()))
          .containsExactly(new double[] {0}, within(1e-6));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, Div, attention_mask, -1e9, another axis",
    "3, Sub, attention_mask, -1e9, scores that are no multiple",
    "3, Div, token_type_ids, -1e9, a mask of something else",
    "3, Div, attention_mask, 1e9, a mask that hides the tokens",
    "3, Div, attention_mask, -1, a mask that hides little"
  })
  void whatDoesNotMatchWhollyStays(
      int axis, String scaling, String mask, float padding, String why) {
    Cuts cuts = Cuts.of(SmallEncoder.of(11, axis, scaling, 2, mask, padding));

    assertThat(FusedGraph.of(cuts)).as(why).isEmpty();
  }

  @Test
  void quantisedBackboneStays() {
    Cuts cuts = Cuts.of(SmallEncoder.quantised());

    assertThat(AttentionPattern.in(cuts.graph())).hasSize(1);
    assertThat(FusedGraph.of(cuts)).isEmpty();
  }

  @Test
  void networkWithoutAttentionHasNoOtherForm() {
    GraphBuilder builder = new GraphBuilder(13).image(2).conv("a", "x", 2, 2, 1);

    assertThat(FusedGraph.of(Cuts.of(builder.conv("y", "a", 2, 2, 1).output("y", 2).graph())))
        .isEmpty();
  }

  @Test
  void shapesOfAnEncoderAreFollowedFromRunToRun() {
    Cuts cuts = Cuts.of(SmallEncoder.of(11, 3, "Div", 2, NetworkInputs.MASK, -1e9f));
    List<String> tensors = List.of("x", "q.split", "scores", "hiding", "wq", "no such tensor");

    Shapes shapes = new Shapes(cuts.graph(), cuts.inputs(), tensors.subList(0, 5));

    assertThat(tensors.stream().map(shapes::of))
        .containsExactly(
            List.of("rows", "tokens", "6"),
            List.of("rows", "tokens", "3", "2"),
            List.of("rows", "3", "tokens", "tokens"),
            List.of("rows", "1", "1", "tokens"),
            List.of("6", "6"),
            List.of());
  }

  private static long attentions(OnnxGraph graph) {
    return graph.nodes().stream().filter(n -> n.getOpType().equals("MultiHeadAttention")).count();
  }
}
