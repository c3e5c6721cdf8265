package dev.offramp.fit.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import java.util.List;
import java.util.Random;

/** Builds small networks by hand: float images in, the same out; of 4 by 4 unless said. */
public final class GraphBuilder {
  static final int SIDE = 4;

  final GraphProto.Builder graph = GraphProto.newBuilder().setName("small");
  final GraphWriter writer = new GraphWriter(graph);
  private final Random chance = new Random(7);
  private final int opset;

  /** A network for this version of the operators. */
  public GraphBuilder(int opset) {
    this.opset = opset;
  }

  /** Reads {@code x} of so many channels. */
  GraphBuilder image(int channels) {
    return image(channels, SIDE, SIDE);
  }

  /** Reads {@code x} of this shape. */
  public GraphBuilder image(int channels, int height, int width) {
    writer.input("x", List.of(channels, height, width));
    return this;
  }

  /** A convolution that keeps the image's size. */
  GraphBuilder conv(String output, String input, int in, int out, int groups) {
    return conv(output, input, in, out, groups, 1, 1);
  }

  /** A convolution of three by three. */
  public GraphBuilder conv(
      String output, String input, int in, int out, int groups, int stride, int pad) {
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
            .addAttribute(ints("pads", pad, pad, pad, pad))
            .addAttribute(ints("strides", stride, stride))
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("group")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(groups)));
    return this;
  }

  /** A node without weights. */
  public GraphBuilder node(String operator, String output, String... inputs) {
    writer.node(operator, output, inputs);
    return this;
  }

  /** Joins along the channels. */
  public GraphBuilder concat(String output, String... inputs) {
    writer.concat(output, inputs);
    return this;
  }

  /** Gives a tensor of so many channels. */
  GraphBuilder output(String name, int channels) {
    return output(name, channels, SIDE, SIDE);
  }

  /** Gives a tensor of this shape. */
  public GraphBuilder output(String name, int channels, int height, int width) {
    writer.output(name, List.of(channels, height, width));
    return this;
  }

  /** The model. */
  public byte[] bytes() {
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
