package dev.offramp.fit.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.offramp.fit.data.Example;
import dev.offramp.fit.learn.Head;
import dev.offramp.fit.work.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TunedStagesTest {
  private static final String ATTENTION = "MultiHeadAttention";
  private static final List<Example> EXAMPLES =
      MiniLm.examples(
          List.of(
              "short",
              "what is the weather like in the town that my sister moved to last year, and will it"
                  + " rain there on the day after tomorrow",
              "transfer 20 dollars"));

  @TempDir private Path folder;
  private final Cuts cuts = MiniLm.cuts();
  private final List<Cut> exits = new ExitChoice(cuts).evenly(3);
  private final List<Head> heads = StagesTest.heads(exits);
  private final Stages stages = new Stages(cuts, exits);
  private final List<String> notes = new ArrayList<>();

  private TunedStages tuned(List<Example> examples) throws IOException {
    Progress progress =
        new Progress() {
          @Override
          public void at(String task, long done, long total) {}

          @Override
          public void note(String line) {
            notes.add(line);
          }
        };
    return new TunedStages(stages, MiniLm.backbone(folder), TextRules.upTo(64), examples, progress);
  }

  @Test
  void everyAttentionOfAnEncoderIsOneNode() throws IOException {
    TunedStages.Written written = tuned(EXAMPLES).write(heads);

    assertThat(notes).isEmpty();
    assertThat(written.difference()).isLessThan(1e-4);
    assertThat(operators(written.stages())).filteredOn(ATTENTION::equals).hasSize(MiniLm.LAYERS);
    assertThat(operators(written.stages())).doesNotContain("Softmax");
    assertThat(operators(written.stages().subList(0, 1)))
        .as("embeddings")
        .contains("SkipLayerNormalization")
        .doesNotContain("ReduceMean");
    assertThat(written.stages())
        .extracting(Stage::takes)
        .isEqualTo(stages.write(heads).stream().map(Stage::takes).toList());
  }

  @Test
  void sameHeadsGiveTheSameBytes() throws IOException {
    assertThat(tuned(EXAMPLES).write(heads)).isEqualTo(tuned(EXAMPLES).write(heads));
  }

  @Test
  void fusedStagesReproducePaddedBatchesAndSingleTokens() throws Exception {
    List<Stage> fused = stages.from(FusedGraph.of(cuts).orElseThrow()).write(heads);
    List<List<long[]>> batches =
        List.of(
            List.of(new long[] {101, 2460, 102}),
            List.of(new long[] {101}),
            List.of(new long[] {101}, new long[] {102}),
            List.of(new long[] {101, 2460, 3231, 102}, new long[] {101, 102}, new long[] {101}));

    try (Reproduction reproduction = new Reproduction(cuts, exits, fused)) {
      for (List<long[]> ids : batches) {
        try (Batch batch = Batch.ofTokens(ids, 0, NetworkInputs.TEXT)) {
          assertThat(reproduction.differences(batch.tensors()))
              .containsExactly(new double[] {0, 0, 0}, within(1e-5));
        }
      }
    }
  }

  @Test
  void formThatComputesSomethingElseIsPassedOver() throws IOException {
    TunedStages.Written written =
        tuned(EXAMPLES).write(heads, all -> Optional.of(changed("scale", a -> a.setF(.2f))));

    assertThat(written.stages()).isEqualTo(stages.write(heads));
    assertThat(written.difference()).isLessThan(1e-4);
    assertThat(notes)
        .singleElement()
        .asString()
        .matches(
            "the stages keep their plain form, which is slower: the stages of minilm don't reproduce it: "
                + exits.get(1).tensor()
                + ", at the end of stage 1, differs by [0-9.e+-]+, more than 1e-04");
  }

  @Test
  void formThatCanNotBeRunIsPassedOver() throws IOException {
    TunedStages.Written written =
        tuned(EXAMPLES).write(heads, all -> Optional.of(changed("num_heads", a -> a.setI(7))));

    assertThat(written.stages()).isEqualTo(stages.write(heads));
    assertThat(notes).singleElement().asString().startsWith("the stages keep their plain form");
  }

  @Test
  void whereNoFormCanBeFoundThePlainOneIsWritten() throws IOException {
    TunedStages.Written written =
        tuned(EXAMPLES)
            .write(
                heads,
                all -> {
                  throw new IllegalArgumentException("small fails on made-up events");
                });

    assertThat(written.stages()).isEqualTo(stages.write(heads));
    assertThat(notes)
        .containsExactly(
            "the stages keep their plain form, which is slower: small fails on made-up events");
  }

  @Test
  void withoutExamplesNoFormIsTrusted() throws IOException {
    assertThat(tuned(List.of()).write(heads).stages()).isEqualTo(stages.write(heads));
  }

  /** The fused form with another attribute in one attention. */
  private OnnxGraph changed(String attribute, Consumer<AttributeProto.Builder> change) {
    OnnxGraph fused = FusedGraph.of(cuts).orElseThrow();
    NodeProto.Builder node =
        fused.nodes().stream()
            .filter(n -> n.getOpType().equals(ATTENTION))
            .findFirst()
            .orElseThrow()
            .toBuilder();
    node.getAttributeBuilderList().stream()
        .filter(a -> a.getName().equals(attribute))
        .forEach(change);
    return fused.with(GraphProto.newBuilder().addNode(node).build());
  }

  private static List<String> operators(List<Stage> stages) throws InvalidProtocolBufferException {
    List<String> operators = new ArrayList<>();
    for (Stage stage : stages) {
      ModelProto.parseFrom(stage.onnx())
          .getGraph()
          .getNodeList()
          .forEach(n -> operators.add(n.getOpType()));
    }
    return operators;
  }
}
