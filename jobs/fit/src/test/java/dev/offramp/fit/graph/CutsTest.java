package dev.offramp.fit.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.offramp.runtime.Manifest;
import java.util.List;
import org.junit.jupiter.api.Test;

class CutsTest {
  private static final long TOKENS = Cuts.NOMINAL_TOKENS;

  /** Four projections, then scores and the weighted sum of values over all heads. */
  private static final long ATTENTION =
      TOKENS * 4 * MiniLm.WIDTH * MiniLm.WIDTH + 2 * TOKENS * TOKENS * MiniLm.WIDTH;

  private static final long FEED_FORWARD = TOKENS * 2 * MiniLm.WIDTH * 4 * MiniLm.WIDTH;

  @Test
  void encoderIsCutAfterEmbeddingsAttentionsAndFeedForwards() {
    Cuts cuts = MiniLm.cuts();

    assertThat(cuts.candidates()).hasSize(2 * MiniLm.LAYERS);
    for (int i = 0; i < cuts.candidates().size(); i++) {
      long layers = i / 2 * (ATTENTION + FEED_FORWARD);
      assertThat(cuts.candidates().get(i).multiplyAddsBefore())
          .isEqualTo(layers + (i % 2 == 1 ? ATTENTION : 0));
    }
    assertThat(cuts.output().tensor()).isEqualTo("last_hidden_state");
  }

  @Test
  void encoderLeavesAfterEmbeddingsAndEachLayerByDefault() {
    List<Cut> exits = new ExitChoice(MiniLm.cuts()).byRepetition();

    assertThat(exits).hasSize(1 + MiniLm.LAYERS);
    for (int k = 0; k < exits.size(); k++) {
      assertThat(exits.get(k).shape()).containsExactly(Manifest.TOKENS, MiniLm.WIDTH);
      assertThat(exits.get(k).width()).isEqualTo(MiniLm.WIDTH);
      assertThat(exits.get(k).multiplyAddsBefore()).isEqualTo(k * (ATTENTION + FEED_FORWARD));
    }
    assertThat(exits.get(0).tensor()).isEqualTo("/embeddings/LayerNorm/Add_1_output_0");
    assertThat(exits.get(1).tensor()).isEqualTo("/encoder/layer.0/output/LayerNorm/Add_1_output_0");
    assertThat(exits.get(MiniLm.LAYERS).tensor()).isEqualTo("last_hidden_state");
  }

  @Test
  void evenStagesAreOfLikeCostBesideTheFreeOne() {
    ExitChoice choice = new ExitChoice(MiniLm.cuts());
    long layer = ATTENTION + FEED_FORWARD;

    assertThat(choice.evenly(2)).extracting(Cut::multiplyAddsBefore).containsExactly(0L, 6 * layer);
    assertThat(choice.evenly(4))
        .extracting(Cut::multiplyAddsBefore)
        .containsExactly(0L, 2 * layer, 4 * layer, 6 * layer);
    assertThat(choice.evenly(13)).hasSize(13).doesNotHaveDuplicates();
  }

  @Test
  void stagesAtTensorsAskedForBeginWithTheFreeOne() {
    ExitChoice choice = new ExitChoice(MiniLm.cuts());
    String third = "/encoder/layer.2/output/LayerNorm/Add_1_output_0";

    assertThat(choice.at(List.of(third)))
        .extracting(Cut::tensor)
        .containsExactly("/embeddings/LayerNorm/Add_1_output_0", third, "last_hidden_state");
    assertThatThrownBy(() -> choice.at(List.of("/encoder/layer.2/Gelu")))
        .hasMessageStartingWith(
            "minilm can't be cut at /encoder/layer.2/Gelu, which no node of it makes; it can at"
                + " /embeddings/LayerNorm")
        .hasMessageContaining(third);
  }

  @Test
  void convolutionsAreCutAfterWhatFollowsThemElementByElement() {
    GraphBuilder builder = new GraphBuilder(13).image(2);
    builder.conv("a", "x", 2, 4, 1).node("Relu", "a.relu", "a");
    builder.conv("b", "a.relu", 4, 4, 2).node("Relu", "b.relu", "b");
    builder.conv("y", "b.relu", 4, 4, 1).output("y", 4);
    long pixels = 16;

    Cuts cuts = Cuts.of(builder.graph());

    assertThat(cuts.candidates())
        .containsExactly(
            new Cut("a.relu", List.of(4, 4, 4), 4 * pixels * 2 * 9),
            new Cut("b.relu", List.of(4, 4, 4), 4 * pixels * (2 + 2) * 9));
    assertThat(cuts.output())
        .isEqualTo(new Cut("y", List.of(4, 4, 4), 4 * pixels * (2 + 2 + 4) * 9));
    assertThat(new ExitChoice(cuts).byRepetition())
        .as("nothing repeats, so all there are")
        .extracting(Cut::tensor)
        .containsExactly("a.relu", "b.relu", "y");
  }

  @Test
  void skipByAnotherConvolutionOverEverythingLeavesNoCut() {
    GraphBuilder builder = new GraphBuilder(13).image(2);
    builder.conv("a", "x", 2, 2, 1).conv("b", "a", 2, 2, 1).conv("skip", "x", 2, 2, 1);
    builder.node("Add", "y", "b", "skip").output("y", 2);

    Cuts cuts = Cuts.of(builder.graph());

    assertThat(cuts.candidates()).isEmpty();
    assertThatThrownBy(() -> new ExitChoice(cuts).byRepetition())
        .hasMessage(
            "small can't be cut into stages: an exit needs one tensor that everything behind it is"
                + " computed from, and even where the fewest are needed, behind node a.conv (Conv),"
                + " there are 2: a of node a.conv (Conv); skip of node skip.conv (Conv)");
  }

  @Test
  void skipOverPartOfTheNetworkLeavesCutsOutsideIt() {
    GraphBuilder builder = new GraphBuilder(13).image(2);
    builder.conv("a", "x", 2, 2, 1).conv("b", "a", 2, 2, 1).conv("c", "b", 2, 2, 1);
    builder.node("Add", "sum", "c", "a").conv("y", "sum", 2, 2, 1).output("y", 2);

    assertThat(Cuts.of(builder.graph()).candidates())
        .extracting(Cut::tensor)
        .containsExactly("a", "sum");
  }

  @Test
  void skipOfTheInputItselfMayCrossCuts() {
    GraphBuilder builder = new GraphBuilder(13).image(2);
    builder.conv("a", "x", 2, 2, 1).conv("b", "a", 2, 2, 1);
    builder.node("Add", "y", "b", "x").output("y", 2);

    assertThat(Cuts.of(builder.graph()).candidates()).extracting(Cut::tensor).containsExactly("a");
  }

  @Test
  void equalConvolutionsAreOneRepetitionEach() {
    GraphBuilder builder = new GraphBuilder(13).image(2);
    builder.conv("a", "x", 2, 2, 1).conv("b", "a", 2, 2, 1).conv("c", "b", 2, 2, 1);
    builder.conv("y", "c", 2, 2, 1).output("y", 2);

    assertThat(new ExitChoice(Cuts.of(builder.graph())).byRepetition())
        .extracting(Cut::tensor)
        .containsExactly("a", "b", "c", "y");
  }

  @Test
  void cutsOfOtherWidthThanTheOutputServeToo() {
    GraphBuilder builder = new GraphBuilder(13).image(2);
    builder.conv("a", "x", 2, 8, 1).conv("b", "a", 8, 4, 1).conv("y", "b", 4, 4, 1);
    builder.output("y", 4);
    Cuts cuts = Cuts.of(builder.graph());

    assertThat(new ExitChoice(cuts).byRepetition())
        .extracting(Cut::tensor, Cut::width)
        .containsExactly(tuple("a", 8 * 16), tuple("b", 4 * 16), tuple("y", 4 * 16));
  }

  @Test
  void cutsOfOtherWidthThanStatesOfTokensServeNoExit() {
    GraphBuilder builder = new GraphBuilder(13);
    builder.writer.inputs(new NetworkInputs(true, List.of(), List.of()), List.of("input_ids"));
    builder.writer.weights("table", new float[7 * 3], 7, 3);
    builder.writer.weights("wide", new float[3 * 8], 3, 8);
    builder.writer.weights("narrow", new float[8 * 8], 8, 8);
    builder.node("Gather", "words", "table", "input_ids").node("MatMul", "a", "words", "wide");
    builder.node("MatMul", "y", "a", "narrow").output("y", 8);

    Cuts cuts = Cuts.of(builder.graph());

    assertThat(cuts.candidates()).extracting(Cut::tensor).containsExactly("words", "a");
    assertThat(new ExitChoice(cuts).byRepetition())
        .extracting(Cut::tensor)
        .containsExactly("a", "y");
  }

  @Test
  void convolutionsCostWhatGroupsStridesAndPadsLeaveOfThem() {
    GraphBuilder builder = new GraphBuilder(13).image(6, 11, 8);
    builder.conv("a", "x", 6, 4, 2, 2, 1).conv("b", "a", 4, 8, 4, 1, 0);
    builder.conv("y", "b", 8, 5, 1, 3, 2).output("y", 5, 2, 2);
    // floor((size + 2 pad - 3) / stride) + 1: 11 x 8 to 6 x 4, to 4 x 2, to 2 x 2.
    long a = 4 * 6 * 4 * (6 / 2 * 9);
    long b = 8 * 4 * 2 * (4 / 4 * 9);
    long y = 5 * 2 * 2 * (8 * 9);

    Cuts cuts = Cuts.of(builder.graph());

    assertThat(cuts.candidates())
        .containsExactly(new Cut("a", List.of(4, 6, 4), a), new Cut("b", List.of(8, 4, 2), a + b));
    assertThat(cuts.output()).isEqualTo(new Cut("y", List.of(5, 2, 2), a + b + y));
  }

  @Test
  void inputThatNoEventGivesIsRefused() {
    GraphBuilder builder = new GraphBuilder(13).image(2);
    builder.writer.input("z", List.of(2, 4, 4));
    builder.conv("a", "x", 2, 2, 1).node("Add", "y", "a", "z").output("y", 2);

    assertThatThrownBy(() -> Cuts.of(builder.graph()))
        .hasMessage(
            "small must read [input_ids, attention_mask, token_type_ids], of which at least input_ids,"
                + " or one float tensor; it reads [x, z]: export it so that it computes the others"
                + " itself");
  }

  @Test
  void tensorInputOfOpenSizeIsRefused() {
    GraphBuilder builder = new GraphBuilder(13);
    builder.writer.input("x", List.of(2, Manifest.TOKENS, 4));
    builder.conv("y", "x", 2, 2, 1).output("y", 2);

    assertThatThrownBy(() -> Cuts.of(builder.graph()))
        .hasMessage(
            "small reads the input x, FLOAT [rows, 2, tokens, 4]; it must be FLOAT [rows, ...], the"
                + " first size open (export it with a dynamic axis) and all others fixed");
  }

  @Test
  void tokenInputOfFloatsIsRefused() {
    GraphBuilder builder = new GraphBuilder(13);
    builder.writer.input("input_ids", List.of(Manifest.TOKENS));
    builder.node("Relu", "y", "input_ids").output("y", 2);

    assertThatThrownBy(() -> Cuts.of(builder.graph()))
        .hasMessage(
            "small reads the input input_ids, FLOAT [rows, tokens]; it must be INT64: export it with"
                + " inputs of this type");
  }

  @Test
  void textInputThatNoTextGivesIsNamedAsSuch() {
    GraphBuilder builder = new GraphBuilder(13);
    NetworkInputs texts = new NetworkInputs(true, List.of(), List.of());
    builder.writer.inputs(texts, List.of("input_ids", "position_ids"));
    builder.node("Add", "y", "input_ids", "position_ids").output("y", 2);

    assertThatThrownBy(() -> Cuts.of(builder.graph()))
        .hasMessage(
            "small reads the input position_ids, INT64 [rows, tokens]; a text gives only"
                + " [input_ids, attention_mask, token_type_ids]: export it so that it computes this"
                + " itself");
  }

  @Test
  void whatCrossesEveryPlaceIsNamedWithItsNode() {
    assertThatThrownBy(
            () ->
                new ExitChoice(Cuts.of(new TextNetwork().countedByProduct().graph()))
                    .byRepetition())
        .hasMessageContaining("weights.count of node weights.count (MatMul)")
        .hasMessageNotContaining("wide");
  }

  @Test
  void widthsAreNamedWhereTheyAreTheReason() {
    GraphBuilder builder = new GraphBuilder(13);
    builder.writer.inputs(new NetworkInputs(true, List.of(), List.of()), List.of("input_ids"));
    builder.writer.weights("table", new float[7 * 3], 7, 3);
    builder.writer.weights("wide", new float[3 * 8], 3, 8);
    builder.node("Gather", "words", "table", "input_ids").node("MatMul", "y", "words", "wide");
    builder.writer.output("y", List.of(-1, 8));

    assertThatThrownBy(() -> new ExitChoice(Cuts.of(builder.graph())).byRepetition())
        .hasMessage(
            "small can't be cut into stages: the tensor words is 3 wide, and where the output has"
                + " states of tokens (here y) exits must be as wide as it: 8");
  }

  @Test
  void shapesAreNamedWhereTheyAreTheReason() {
    GraphBuilder builder = new GraphBuilder(13).image(2);
    builder.conv("a", "x", 2, 2, 1).node("Transpose", "turned", "a");
    builder.node("Transpose", "back", "turned").conv("y", "back", 2, 2, 1).output("y", 2);

    assertThat(Cuts.of(builder.graph()).obstacles())
        .singleElement()
        .asString()
        .startsWith("the tensor turned of node turned (Transpose) is float [4, 4, 2, 1] for one");
  }

  @Test
  void networkOfOneLayerHasNothingToSeparate() {
    GraphBuilder builder = new GraphBuilder(13).image(2).conv("y", "x", 2, 2, 1).output("y", 2);

    assertThatThrownBy(() -> new ExitChoice(Cuts.of(builder.graph())).byRepetition())
        .hasMessage(
            "small can't be cut into stages: it has only one product, convolution or look-up in"
                + " weights, and an exit lies between two");
  }

  @Test
  void layersSideBySideHaveNothingToSeparateEither() {
    GraphBuilder builder = new GraphBuilder(13).image(2);
    builder.conv("a", "x", 2, 2, 1).conv("b", "x", 2, 2, 1);
    builder.node("Add", "y", "a", "b").output("y", 2);

    assertThatThrownBy(() -> new ExitChoice(Cuts.of(builder.graph())).byRepetition())
        .hasMessageStartingWith("small can't be cut into stages: its products, convolutions")
        .hasMessageContaining("lie side by side");
  }

  @Test
  void networkThatTakesOneEventAtATimeIsToldToTakeMore() {
    GraphBuilder builder = new GraphBuilder(13).image(2);
    builder.conv("a", "x", 2, 2, 1);
    builder.writer.reshape("one", "a", 1, 2, 4, 4);
    builder.conv("y", "one", 2, 2, 1).output("y", 2);

    assertThatThrownBy(() -> Cuts.of(builder.graph()))
        .hasMessageStartingWith(
            "small fails on a batch of 3 made-up tensors [2, 4, 4] of zeros; a network must take"
                + " batches of any size, so export it with that dimension open.");
  }

  @Test
  void outputThatNoExitCanPoolIsRefused() {
    GraphBuilder builder = new GraphBuilder(13).image(2);
    builder.conv("a", "x", 2, 2, 1).node("Shape", "y", "a");
    builder.writer.output("y", List.of());

    assertThatThrownBy(() -> Cuts.of(builder.graph()))
        .hasMessageStartingWith("the output y of small must be float [rows, tokens, width]");
  }
}
