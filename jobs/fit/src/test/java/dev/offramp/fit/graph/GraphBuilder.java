package dev.offramp.fit.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import java.util.List;
import java.util.Random;

/** Builds small networks by hand: float images [rows, channels, 4, 4] in, the same out. */
final class GraphBuilder {
  static final int SIDE = 4;

  final GraphProto.Builder graph = GraphProto.newBuilder().setName("small");
  final GraphWriter writer = new GraphWriter(graph);
  private final Random chance = new Random(7);
  private final int opset;

  GraphBuilder(int opset) {
    this.opset = opset;
  }

  /** Reads {@code x} of so many channels. */
  GraphBuilder image(int channels) {
    writer.input("x", List.of(channels, SIDE, SIDE));
    return this;
  }

  /** A convolution that keeps the image's size. */
  GraphBuilder conv(String output, String input, int in, int out, int groups) {
    float[] kernel = new float[out * (in / groups) * 9];
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = (float) chance.nextGaussian() / 4;
    }
    writer.weights(output + ".kernel", kernel, out, in / groups, 3, 3);
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Conv")
            .setName(output + ".conv")
            .addInput(input)
            .addInput(output + ".kernel")
            .addOutput(output)
            .addAttribute(ints("pads", 1, 1, 1, 1))
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("group")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(groups)));
    return this;
  }

  /** A node without weights. */
  GraphBuilder node(String operator, String output, String... inputs) {
    writer.node(operator, output, inputs);
    return this;
  }

  /** Gives a tensor of so many channels. */
  GraphBuilder output(String name, int channels) {
    writer.output(name, List.of(channels, SIDE, SIDE));
    return this;
  }

  byte[] bytes() {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  OnnxGraph graph() {
    return OnnxGraph.parse("small", bytes());
  }

  static AttributeProto ints(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }
}
