package dev.offramp.fit.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import java.util.Random;

/** Builds a network of embeddings and one layer of attention, with made-up numbers. */
final class SmallEncoder {
  private static final int WIDTH = 6;
  private static final int HEADS = 3;
  private static final int WORDS = 10;

  private final Random chance = new Random(5);
  private final GraphBuilder builder;

  private SmallEncoder(int opset) {
    builder = new GraphBuilder(opset);
  }

  /**
   * @param axis of the softmax
   * @param scaling operator between the scores and the scale
   * @param mask the input that the mask is made from
   * @param padding what is added to the scores of padding
   */
  static OnnxGraph of(
      int opset, int axis, String scaling, float scale, String mask, float padding) {
    return new SmallEncoder(opset).written(axis, scaling, scale, mask, padding, "x");
  }

  /** The same, plain, but what attention reads goes through int8 with a scale of the batch. */
  static OnnxGraph quantised() {
    SmallEncoder encoder = new SmallEncoder(11);
    encoder.builder.graph.addNode(
        NodeProto.newBuilder()
            .setOpType("DynamicQuantizeLinear")
            .addInput("x")
            .addAllOutput(List.of("x.int8", "x.scale", "x.zero")));
    encoder.builder.node("DequantizeLinear", "x.rounded", "x.int8", "x.scale", "x.zero");
    return encoder.written(3, "Div", 2, NetworkInputs.MASK, -1e9f, "x.rounded");
  }

  private OnnxGraph written(
      int axis, String scaling, float scale, String mask, float padding, String read) {
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
      writer.node("MatMul", part + ".product", read, "w" + part);
      writer.node("Add", part, "b" + part, part + ".product");
      writer.reshape(part + ".split", part, 0, 0, HEADS, WIDTH / HEADS);
      turn(part + ".turned", part + ".split", 0, 2, 1, 3);
    }
    turn("k.across", "k.turned", 0, 1, 3, 2);
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
    turn("back", "weighted", 0, 2, 1, 3);
    writer.reshape("joined", "back", 0, 0, WIDTH);
    writer.weights("wo", numbers(WIDTH * WIDTH), WIDTH, WIDTH);
    writer.node("MatMul", "y", "joined", "wo");
    writer.output("y", List.of(-1, WIDTH));
    return builder.graph();
  }

  private void turn(String output, String input, long... order) {
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
