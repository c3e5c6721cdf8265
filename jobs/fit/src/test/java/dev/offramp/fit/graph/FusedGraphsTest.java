package dev.offramp.fit.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.offramp.fit.learn.Head;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FusedGraphsTest {
  private static final int WIDTH = 6;
  private static final int HEADS = 3;
  private static final int WORDS = 10;

  private final Random chance = new Random(5);

  @ParameterizedTest
  @CsvSource({"11, 3, Div, 2", "13, -1, Mul, 0.7"})
  void attentionIsFoundByItsStructure(int opset, int axis, String scaling, float scale)
      throws Exception {
    Cuts cuts = Cuts.of(encoder(opset, axis, scaling, scale, NetworkInputs.MASK, -1e9f));
    List<OnnxGraph> forms = FusedGraphs.of(cuts);
    List<Cut> exits = List.of(cuts.output());
    List<Head> heads = StagesTest.heads(exits);
    Stages stages = new Stages(cuts, exits);

    assertThat(forms).singleElement().satisfies(g -> assertThat(attentions(g)).isEqualTo(1));
    List<Stage> fused = stages.from(forms.get(0)).write(heads);
    try (Batch batch =
            Batch.ofTokens(
                List.of(new long[] {1, 2, 3, 4, 5}, new long[] {6, 7}, new long[] {8}),
                NetworkInputs.TEXT);
        Reproduction reproduction = new Reproduction(cuts, exits, fused)) {
      assertThat(reproduction.differences(batch.tensors())).containsExactly(new double[] {0}, within(1e-6));
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
    Cuts cuts = Cuts.of(encoder(11, axis, scaling, 2, mask, padding));

    assertThat(FusedGraphs.of(cuts)).as(why).isEmpty();
  }

  @Test
  void networkWithoutAttentionHasNoOtherForm() {
    GraphBuilder builder = new GraphBuilder(13).image(2).conv("a", "x", 2, 2, 1);

    assertThat(FusedGraphs.of(Cuts.of(builder.conv("y", "a", 2, 2, 1).output("y", 2).graph())))
        .isEmpty();
  }

  @Test
  void shapesOfAnEncoderAreFollowedFromRunToRun() {
    Cuts cuts = Cuts.of(encoder(11, 3, "Div", 2, NetworkInputs.MASK, -1e9f));
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

  /**
   * An encoder of one layer of attention.
   *
   * @param axis of the softmax
   * @param scaling operator between the scores and the scale
   * @param mask the input that the mask is made from
   * @param padding what is added to the scores of padding
   */
  private OnnxGraph encoder(
      int opset, int axis, String scaling, float scale, String mask, float padding) {
    GraphBuilder builder = new GraphBuilder(opset);
    GraphWriter writer = builder.writer;
    writer.inputs(new NetworkInputs(true, NetworkInputs.TEXT, List.of()), NetworkInputs.TEXT);
    writer.weights("table", numbers(WORDS * WIDTH), WORDS, WIDTH);
    writer.node("Gather", "words", "table", NetworkInputs.IDS);
    writer.node("Gather", "kinds", "table", NetworkInputs.TYPES);
    writer.node("Add", "x", "words", "kinds");
    writer.weights("one", new float[] {1}, 1);
    writer.weights("padding", new float[] {padding}, 1);
    writer.weights("scale", new float[] {scale}, 1);
    writer.reshape("mask", writer.toFloat("mask.flat", mask), 0, 1, 1, -1);
    writer.node("Sub", "no-token", "one", "mask");
    writer.node("Mul", "hiding", "no-token", "padding");
    for (String part : List.of("q", "k", "v")) {
      writer.weights("w" + part, numbers(WIDTH * WIDTH), WIDTH, WIDTH);
      writer.weights("b" + part, numbers(WIDTH), WIDTH);
      writer.node("MatMul", part + ".product", "x", "w" + part);
      writer.node("Add", part, "b" + part, part + ".product");
      writer.reshape(part + ".split", part, 0, 0, HEADS, WIDTH / HEADS);
      turn(builder, part + ".turned", part + ".split", 0, 2, 1, 3);
    }
    turn(builder, "k.across", "k.turned", 0, 1, 3, 2);
    writer.node("MatMul", "scores", "q.turned", "k.across");
    writer.node(scaling, "scaled", "scores", "scale");
    writer.node("Add", "masked", "hiding", "scaled");
    builder.graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Softmax")
            .addInput("masked")
            .addOutput("weights")
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("axis")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(axis)));
    writer.node("MatMul", "weighted", "weights", "v.turned");
    turn(builder, "back", "weighted", 0, 2, 1, 3);
    writer.reshape("joined", "back", 0, 0, WIDTH);
    writer.weights("wo", numbers(WIDTH * WIDTH), WIDTH, WIDTH);
    writer.node("MatMul", "y", "joined", "wo");
    writer.output("y", List.of(-1, WIDTH));
    return builder.graph();
  }

  private static void turn(GraphBuilder builder, String output, String input, long... order) {
    builder.graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Transpose")
            .addInput(input)
            .addOutput(output)
            .addAttribute(GraphBuilder.ints("perm", order)));
  }

  private float[] numbers(int size) {
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = (float) chance.nextGaussian();
    }
    return numbers;
  }
}
