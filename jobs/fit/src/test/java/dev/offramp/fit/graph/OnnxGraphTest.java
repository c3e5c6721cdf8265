package dev.offramp.fit.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxGraphTest {
  @Test
  void nodesComeAfterWhatTheyRead() {
    GraphBuilder builder = new GraphBuilder(13).image(2);
    builder.node("Relu", "y", "b").node("Relu", "b", "a").node("Relu", "a", "x").output("y", 2);

    OnnxGraph graph = builder.graph();

    assertThat(graph.nodes()).extracting(n -> n.getOutput(0)).containsExactly("a", "b", "y");
    assertThat(graph.producer("b")).isEqualTo(1);
    assertThat(graph.consumers("a")).containsExactly(1);
    assertThat(graph.producer("x")).isNull();
  }

  @Test
  void partHoldsOnlyWhatItsTensorsNeed() {
    GraphBuilder builder = new GraphBuilder(13).image(2);
    builder.conv("a", "x", 2, 2, 1).conv("b", "a", 2, 2, 1).conv("y", "b", 2, 2, 1);
    builder.output("y", 2);

    Part part = builder.graph().part(Set.of("a"), List.of("b"));

    assertThat(part.nodes()).extracting(NodeProto::getName).containsExactly("b.conv");
    assertThat(part.initializers()).extracting(TensorProto::getName).containsExactly("b.kernel");
    assertThat(part.inputs()).isEmpty();
    assertThat(builder.graph().part(Set.of(), List.of("a")).inputs()).containsExactly("x");
  }

  @Test
  void graphInsideANodeReadsFromOutsideAndIsRenamedWithIt() {
    GraphProto inner =
        GraphProto.newBuilder()
            .addNode(relu("inner", "a"))
            .addNode(relu("result", "inner"))
            .addOutput(ValueInfoProto.newBuilder().setName("result"))
            .build();
    GraphBuilder builder = new GraphBuilder(13).image(2).node("Relu", "a", "x");
    builder.graph.addNode(
        NodeProto.newBuilder()
            .setOpType("If")
            .addInput("x")
            .addOutput("y")
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("then_branch")
                    .setType(AttributeProto.AttributeType.GRAPH)
                    .setG(inner)));
    OnnxGraph graph = builder.output("y", 2).graph();

    Part part = graph.part(Set.of(), List.of("y"));
    GraphProto.Builder renamed = GraphProto.newBuilder();
    part.addTo(renamed, name -> name + "'");

    assertThat(OnnxGraph.reads(graph.nodes().get(1))).containsExactly("x", "a");
    assertThat(part.nodes()).hasSize(2);
    GraphProto branch = renamed.getNode(1).getAttribute(0).getG();
    assertThat(branch.getNode(0).getInput(0)).isEqualTo("a'");
    assertThat(branch.getOutput(0).getName()).isEqualTo("result'");
  }

  @Test
  void hiddenStateIsTheResultWhereAGraphHasSeveral() {
    GraphBuilder builder = new GraphBuilder(13).image(2).node("Relu", "pooler_output", "x");
    builder.node("Relu", "last_hidden_state", "x");
    builder.output("pooler_output", 2).output("last_hidden_state", 2);

    assertThat(builder.graph().output()).isEqualTo("last_hidden_state");
  }

  @Test
  void weightsInOtherFilesAreRefused() {
    GraphBuilder builder = new GraphBuilder(13).image(2).conv("y", "x", 2, 2, 1).output("y", 2);
    builder
        .graph
        .getInitializerBuilder(0)
        .clearRawData()
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(
            StringStringEntryProto.newBuilder().setKey("location").setValue("weights.bin"));

    assertThatThrownBy(builder::graph)
        .hasMessage(
            "small keeps the tensor y.kernel in another file; save it with all its weights inside");
  }

  @Test
  void weightsInOtherFilesAreRefusedInsideNodesToo() {
    TensorProto outside =
        TensorProto.newBuilder()
            .setName("constant")
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .build();
    GraphBuilder builder = new GraphBuilder(13).image(2).node("Relu", "y", "x").output("y", 2);
    builder.graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Constant")
            .addOutput("c")
            .addAttribute(AttributeProto.newBuilder().setName("value").setT(outside)));

    assertThatThrownBy(builder::graph)
        .hasMessageStartingWith("small keeps the tensor constant in another file");
  }

  @Test
  void circleIsRefused() {
    GraphBuilder builder = new GraphBuilder(13).node("Relu", "a", "b").node("Relu", "b", "a");

    assertThatThrownBy(() -> builder.output("b", 2).graph())
        .hasMessage("small: its nodes read each other in a circle; export the network again");
  }

  @Test
  void tensorThatNothingMakesIsRefused() {
    GraphBuilder builder = new GraphBuilder(13).node("Relu", "y", "ghost").output("y", 2);

    assertThatThrownBy(builder::graph)
        .hasMessage(
            "small: node y (Relu) reads the tensor ghost, which is no input and no weight and which"
                + " no node makes; export the network again");
  }

  @Test
  void tensorMadeTwiceIsRefused() {
    GraphBuilder builder = new GraphBuilder(13).image(2).node("Relu", "y", "x");

    assertThatThrownBy(() -> builder.node("Relu", "y", "x").output("y", 2).graph())
        .hasMessage("small: two nodes make the tensor y; export the network again");
  }

  @Test
  void fileThatIsNoModelIsRefusedByName(@TempDir Path folder) throws IOException {
    Path text = Files.writeString(folder.resolve("text.onnx"), "this is no model");
    Path empty = Files.write(folder.resolve("empty.onnx"), new byte[0]);

    assertThatThrownBy(() -> OnnxGraph.read(text))
        .hasMessageStartingWith(text + " is no ONNX model: ");
    assertThatThrownBy(() -> OnnxGraph.read(empty))
        .hasMessage(empty + " is no ONNX model: it has no nodes or no outputs");
    assertThatThrownBy(() -> OnnxGraph.read(folder.resolve("absent.onnx")))
        .hasMessageStartingWith(folder.resolve("absent.onnx") + " can't be read: ");
  }

  @Test
  void dynamicQuantisationMakesEventsDependOnTheirBatch() {
    GraphBuilder plain = new GraphBuilder(13).image(2).node("Relu", "y", "x").output("y", 2);
    GraphBuilder quantised = new GraphBuilder(13).image(2);
    quantised.graph.addNode(
        NodeProto.newBuilder()
            .setOpType("DynamicQuantizeLinear")
            .addInput("x")
            .addAllOutput(List.of("y", "scale", "zero")));

    assertThat(plain.graph().batchInvariant()).isTrue();
    assertThat(quantised.output("y", 2).graph().batchInvariant()).isFalse();
  }

  private static NodeProto relu(String output, String input) {
    return NodeProto.newBuilder().setOpType("Relu").addInput(input).addOutput(output).build();
  }

  @Test
  void fileLargerThanTheFormatAllowsIsNotRead(@TempDir Path folder) throws IOException {
    Path large = folder.resolve("large.onnx");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(3L << 30);
    }
    assertThatThrownBy(() -> OnnxGraph.read(large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("large.onnx holds more than 2147483583 bytes");
  }

  @Test
  void weightsOfAFunctionInAnotherFileAreRefused() {
    AttributeProto away =
        AttributeProto.newBuilder()
            .setName("value")
            .setT(
                TensorProto.newBuilder()
                    .setName("away")
                    .setDataLocation(TensorProto.DataLocation.EXTERNAL))
            .build();
    byte[] model =
        ModelProto.newBuilder()
            .setGraph(
                GraphProto.newBuilder()
                    .addNode(NodeProto.newBuilder().setOpType("f").addOutput("y"))
                    .addOutput(ValueInfoProto.newBuilder().setName("y")))
            .addFunctions(
                FunctionProto.newBuilder()
                    .setName("f")
                    .addNode(NodeProto.newBuilder().setOpType("Constant").addAttribute(away)))
            .build()
            .toByteArray();
    assertThatThrownBy(() -> OnnxGraph.parse("model", model))
        .hasMessageStartingWith("model keeps the tensor away in another file");
  }
}
