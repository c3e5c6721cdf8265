package dev.offramp.fit.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.offramp.fit.data.Tokens;
import dev.offramp.fit.learn.Head;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.Tensor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StagesTest {
  private static final int HIDDEN = 5;
  private static final int CLASSES = 3;
  private static final List<String> TEXTS =
      List.of(
          "short",
          "a text of a few more words than that",
          "what is the weather like in the town that my sister moved to last year, and will it rain"
              + " there on the day after tomorrow or only later in the week",
          "transfer 20 dollars",
          "how do you say hello in french?");

  @TempDir private Path folder;

  @Test
  void stagesOfAnEncoderReproduceItOnTextsOfMixedLength() throws IOException {
    Cuts cuts = MiniLm.cuts();
    List<Cut> exits = new ExitChoice(cuts).byRepetition();
    List<Stage> stages = new Stages(cuts, exits).write(heads(exits));

    try (Reproduction reproduction = new Reproduction(cuts, exits, stages)) {
      assertThat(
              reproduction.check(
                  MiniLm.backbone(folder), TextRules.upTo(64), MiniLm.examples(TEXTS)))
          .isLessThan(1e-4);
    }
  }

  @Test
  void stagesHandOnHiddenStateAndCarryUnderOneName() throws InvalidProtocolBufferException {
    Cuts cuts = MiniLm.cuts();
    List<Cut> exits = new ExitChoice(cuts).evenly(3);
    List<Head> heads = heads(exits);
    Tensor hidden = new Tensor("hidden-0", List.of(Manifest.TOKENS, MiniLm.WIDTH));
    Tensor carry = new Tensor("carry-0", List.of(MiniLm.WIDTH));

    List<Stage> stages = new Stages(cuts, exits).write(heads);

    assertThat(stages.get(0).takes()).isEmpty();
    assertThat(stages.get(0).gives()).containsExactly(hidden, carry);
    assertThat(stages.get(1).takes()).containsExactly(hidden, carry);
    assertThat(stages.get(1).gives())
        .extracting(Tensor::name)
        .containsExactly("hidden-1", "carry-1");
    assertThat(stages.get(2).gives()).isEmpty();
    assertThat(inputs(stages.get(0)))
        .containsExactlyInAnyOrder("input_ids", "attention_mask", "token_type_ids");
    assertThat(inputs(stages.get(1)))
        .containsExactlyInAnyOrder("attention_mask", "hidden-0", "carry-0");
    assertThat(model(stages.get(2)).getGraph().getOutputList())
        .extracting(ValueInfoProto::getName)
        .containsExactly("logits");
  }

  @Test
  void shapesOfTensorsBetweenLayersAreSaid() throws InvalidProtocolBufferException {
    Cuts cuts = MiniLm.cuts();
    List<Cut> exits = new ExitChoice(cuts).evenly(2);
    Stages stages = new Stages(cuts, exits);
    String first = exits.get(0).tensor();
    String middle = cuts.candidates().get(cuts.candidates().size() / 2).tensor();

    assertThat(said(stages.features())).contains(first, middle, cuts.output().tensor());
    assertThat(said(stages.uncut())).contains(first, middle).doesNotContain("last_hidden_state");
    byte[] last = stages.write(heads(exits)).get(1).onnx().toByteArray();
    assertThat(said(last)).contains(middle).doesNotContain(first, "hidden-0");
    assertThat(ModelProto.parseFrom(last).getGraph().getValueInfo(0).getType().getTensorType())
        .isEqualTo(
            ModelProto.parseFrom(last).getGraph().getInputList().stream()
                .filter(i -> i.getName().equals("hidden-0"))
                .findFirst()
                .orElseThrow()
                .getType()
                .getTensorType());
  }

  private static List<String> said(byte[] model) throws InvalidProtocolBufferException {
    return ModelProto.parseFrom(model).getGraph().getValueInfoList().stream()
        .map(ValueInfoProto::getName)
        .toList();
  }

  @Test
  void stagesCostTheBackboneAndTheirHeads() {
    Cuts cuts = MiniLm.cuts();
    List<Cut> exits = new ExitChoice(cuts).evenly(3);
    long first = (long) MiniLm.WIDTH * HIDDEN + HIDDEN * CLASSES;
    long later = 2L * MiniLm.WIDTH * HIDDEN + HIDDEN * CLASSES;

    assertThat(new Stages(cuts, exits).write(heads(exits)))
        .extracting(Stage::multiplyAdds)
        .containsExactly(
            first,
            exits.get(1).multiplyAddsBefore() + later,
            exits.get(2).multiplyAddsBefore() - exits.get(1).multiplyAddsBefore() + later);
  }

  @Test
  void sameBackboneAndHeadsGiveTheSameBytes() {
    Cuts cuts = MiniLm.cuts();
    List<Cut> exits = new ExitChoice(cuts).evenly(3);
    List<Head> heads = heads(exits);

    assertThat(new Stages(cuts, exits).write(heads))
        .isEqualTo(new Stages(cuts, exits).write(heads));
  }

  @Test
  void linearHeadsCostTheirOwnWeights() {
    Cuts cuts = MiniLm.cuts();
    List<Cut> exits = new ExitChoice(cuts).evenly(3);
    Stages stages = new Stages(cuts, exits);
    long head = (long) MiniLm.WIDTH * CLASSES;

    assertThat(stages.write(linear(exits)))
        .extracting(Stage::multiplyAdds)
        .startsWith(head, exits.get(1).multiplyAddsBefore() + head);
    double all = exits.get(2).multiplyAddsBefore() + 3 * head;
    assertThat(stages.costs(0, CLASSES))
        .containsExactly(
            new double[] {head / all, (exits.get(1).multiplyAddsBefore() + 2 * head) / all, 1},
            within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void headInsideAStageIsTheHeadComputedInJava(boolean linear) throws OrtException, IOException {
    Cuts cuts = MiniLm.cuts();
    List<Cut> exits = new ExitChoice(cuts).evenly(4);
    List<Head> heads = linear ? linear(exits) : heads(exits);
    Stages stages = new Stages(cuts, exits);
    List<long[]> ids = Tokens.of(MiniLm.tokenizer(folder), 64, TEXTS);

    try (Batch batch = Batch.ofTokens(ids, 0, NetworkInputs.TEXT)) {
      List<float[]> pooled = pooled(cuts, exits, batch.tensors());
      List<float[]> logits = logits(stages.write(heads), batch.tensors());
      for (int row = 0; row < ids.size(); row++) {
        double[] carry = new double[MiniLm.WIDTH];
        for (int k = 0; k < exits.size(); k++) {
          double[] expected = head(heads.get(k), k, pooled.get(k), row, carry);
          for (int c = 0; c < CLASSES; c++) {
            assertThat((double) logits.get(k)[row * CLASSES + c])
                .isCloseTo(expected[c], within(1e-3));
          }
        }
      }
    }
  }

  @Test
  void featuresOfATextDoNotDependOnPadding() throws OrtException, IOException {
    Cuts cuts = MiniLm.cuts();
    List<Cut> exits = new ExitChoice(cuts).evenly(4);
    List<long[]> ids = Tokens.of(MiniLm.tokenizer(folder), 64, TEXTS);

    try (OrtSession session = Sessions.open("features", new Stages(cuts, exits).features());
        Batch padded = Batch.ofTokens(ids, 0, session.getInputNames());
        Batch alone = Batch.ofTokens(ids.subList(0, 1), 0, session.getInputNames());
        OrtSession.Result expected = session.run(alone.tensors());
        OrtSession.Result actual = session.run(padded.tensors())) {
      List<float[]> pooled = pooled(cuts, exits, alone.tensors());
      for (int k = 0; k < exits.size(); k++) {
        FloatBuffer one = floats(expected, Stages.pooled(k));
        FloatBuffer first = floats(actual, Stages.pooled(k));
        for (int column = 0; column < MiniLm.WIDTH; column++) {
          assertThat(first.get(column)).isCloseTo(one.get(column), within(1e-5f));
          assertThat(one.get(column)).isCloseTo(pooled.get(k)[column], within(1e-5f));
        }
      }
    }
  }

  @Test
  void stageWithOtherWeightsIsFoundOut() throws IOException {
    Cuts cuts = MiniLm.cuts();
    List<Cut> exits = new ExitChoice(cuts).evenly(3);
    List<Stage> stages = new ArrayList<>(new Stages(cuts, exits).write(heads(exits)));
    stages.set(1, changed(stages.get(1)));

    try (Reproduction reproduction = new Reproduction(cuts, exits, stages)) {
      assertThatThrownBy(
              () ->
                  reproduction.check(
                      MiniLm.backbone(folder), TextRules.upTo(64), MiniLm.examples(TEXTS)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageMatching(
              "the stages of minilm don't reproduce it: "
                  + exits.get(1).tensor()
                  + ", at the end of stage 1, differs by [0-9.e+-]+, more than 1e-04");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 13, 18})
  void stagesOfAConvolutionalNetworkReproduceIt(int opset) throws OrtException {
    GraphBuilder builder = new GraphBuilder(opset).image(2);
    builder.conv("a", "x", 2, 2, 1).node("Relu", "hidden-0", "a").conv("b", "hidden-0", 2, 2, 1);
    builder.node("Add", "logits", "b", "x").output("logits", 2);
    Cuts cuts = Cuts.of(builder.graph());
    List<Cut> exits = new ExitChoice(cuts).byRepetition();
    List<Head> heads = heads(exits);
    List<Stage> stages = new Stages(cuts, exits).write(heads);

    try (OnnxTensor image = image(3, 2, GraphBuilder.SIDE);
        Reproduction reproduction = new Reproduction(cuts, exits, stages)) {
      Map<String, OnnxTensor> inputs = Map.of("x", image);
      assertThat(reproduction.differences(inputs))
          .hasSize(2)
          .contains(new double[] {0, 0}, within(1e-6));
      List<float[]> pooled = pixels(cuts, exits, inputs);
      List<float[]> logits = logits(stages, inputs);
      for (int row = 0; row < 3; row++) {
        double[] carry = new double[2 * 16];
        for (int k = 0; k < exits.size(); k++) {
          double[] expected = head(heads.get(k), k, pooled.get(k), row, carry);
          for (int c = 0; c < CLASSES; c++) {
            assertThat((double) logits.get(k)[row * CLASSES + c])
                .isCloseTo(expected[c], within(1e-4));
          }
        }
      }
    }
  }

  @Test
  void stagesOfOtherWidthsHandOnNoCarry() throws OrtException, InvalidProtocolBufferException {
    GraphBuilder builder = new GraphBuilder(13).image(2, 7, 7);
    builder.conv("a", "x", 2, 3, 1, 1, 1).node("Relu", "b", "a").conv("c", "b", 3, 4, 1, 2, 1);
    builder.conv("y", "c", 4, 2, 1, 2, 1).output("y", 2, 2, 2);
    Cuts cuts = Cuts.of(builder.graph());
    List<Cut> exits = new ExitChoice(cuts).byRepetition();
    List<Head> heads = exits.stream().map(exit -> heads(List.of(exit)).get(0)).toList();
    Stages cut = new Stages(cuts, exits);
    List<Stage> stages = cut.write(heads);

    assertThat(exits).extracting(Cut::width).containsExactly(3 * 32, 4 * 16, 2 * 4);
    assertThat(stages.get(0).gives()).containsExactly(new Tensor("hidden-0", List.of(3, 7, 7)));
    assertThat(stages.get(1).takes()).isEqualTo(stages.get(0).gives());
    assertThat(stages.get(1).gives()).containsExactly(new Tensor("hidden-1", List.of(4, 4, 4)));
    assertThat(inputs(stages.get(1))).containsExactly("hidden-0");
    long first = exits.get(0).multiplyAddsBefore() + HIDDEN * (96 + CLASSES);
    long all = exits.get(2).multiplyAddsBefore() + HIDDEN * (96 + 64 + 8 + 3 * CLASSES);
    assertThat(cut.costs(HIDDEN, CLASSES)[0]).isEqualTo(first / (double) all);
    assertThat(stages.stream().mapToLong(Stage::multiplyAdds).sum()).isEqualTo(all);
    try (OnnxTensor images = image(3, 2, 7);
        Reproduction reproduction = new Reproduction(cuts, exits, stages);
        OrtSession session = Sessions.open("features", cut.features());
        OrtSession.Result features = session.run(Map.of("x", images))) {
      assertThat(reproduction.differences(Map.of("x", images)))
          .containsExactly(new double[] {0, 0, 0}, within(1e-6));
      List<float[]> logits = logits(stages, Map.of("x", images));
      for (int k = 0; k < exits.size(); k++) {
        for (int row = 0; row < 3; row++) {
          // Without a carry each is as a first one.
          double[] none = new double[exits.get(k).width()];
          double[] expected = head(heads.get(k), 0, array(features, Stages.pooled(k)), row, none);
          for (int c = 0; c < CLASSES; c++) {
            assertThat((double) logits.get(k)[row * CLASSES + c])
                .isCloseTo(expected[c], within(1e-4));
          }
        }
      }
    }
  }

  @Test
  void vectorsAndImagePatchesArePooledToo() throws OrtException {
    GraphBuilder builder = new GraphBuilder(13);
    builder.writer.input("x", List.of(3, 2));
    builder.writer.weights("w", new float[] {1, 2, 3, 4}, 2, 2);
    builder.node("MatMul", "patches", "x", "w");
    builder.writer.node("ReduceMax", "y", "patches");
    NodeProto.Builder max = builder.graph.getNodeBuilder(1);
    max.addAttribute(GraphBuilder.ints("axes", 1)).addAttribute(keepDimensions(0));
    builder.node("MatMul", "z", "y", "w");
    builder.writer.output("z", List.of(2));
    Cuts cuts = Cuts.of(builder.graph());
    Cut patches = new Cut("patches", List.of(3, 2), 12);

    assertThat(cuts.candidates()).containsExactly(new Cut("y", List.of(2), 12));
    assertThat(cuts.output()).isEqualTo(new Cut("z", List.of(2), 16));
    List<Cut> exits = List.of(patches, cuts.candidates().get(0), cuts.output());
    try (OrtSession session = Sessions.open("features", new Stages(cuts, exits).features());
        OnnxTensor x =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), new float[][][] {{{1, 0}, {0, 1}, {2, 1}}});
        OrtSession.Result result = session.run(Map.of("x", x))) {
      // Patches are [1 2], [3 4] and [5 8].
      assertThat(array(result, "pooled-0"))
          .containsExactly(new float[] {3, 14 / 3f}, within(1e-6f));
      assertThat(array(result, "pooled-1")).containsExactly(5, 8);
      assertThat(array(result, "pooled-2")).containsExactly(29, 42);
    }
  }

  @Test
  void headThatDoesNotFitIsRefused() {
    Cuts cuts = MiniLm.cuts();
    List<Cut> exits = new ExitChoice(cuts).evenly(2);
    Stages stages = new Stages(cuts, exits);
    List<Head> first = List.of(heads(exits).get(0), heads(exits).get(0));

    assertThatThrownBy(() -> stages.write(List.of()))
        .hasMessage("each exit needs a head: 2 exits, 0 heads");
    assertThatThrownBy(() -> stages.write(first))
        .hasMessage(
            "the head of exit 1 (last_hidden_state, 384 columns) must have 3840 numbers in w1: it"
                + " has 1920");
  }

  @Test
  void graphForOldOperatorsIsRefused() {
    GraphBuilder builder = new GraphBuilder(8).image(2).conv("y", "x", 2, 2, 1).output("y", 2);
    Cuts cuts = Cuts.of(builder.graph());

    assertThatThrownBy(() -> new Stages(cuts, List.of(cuts.output())))
        .hasMessage(
            "small is written for version 8 of the ONNX operators (opset); export it for 9 or newer");
  }

  /** The same without hidden layers. */
  private static List<Head> linear(List<Cut> exits) {
    Random chance = new Random(12);
    List<Head> heads = new ArrayList<>();
    for (Head head : heads(exits)) {
      int width = head.mean().length;
      float[] none = {};
      float[] w2 = numbers(chance, width * CLASSES);
      heads.add(new Head(head.mean(), head.deviation(), none, none, w2, head.b2()));
    }
    return heads;
  }

  /** Heads with made-up numbers. */
  static List<Head> heads(List<Cut> exits) {
    Random chance = new Random(11);
    List<Head> heads = new ArrayList<>();
    for (int k = 0; k < exits.size(); k++) {
      int width = exits.get(k).width();
      float[] deviation = numbers(chance, width);
      for (int i = 0; i < width; i++) {
        deviation[i] = 0.5f + Math.abs(deviation[i]);
      }
      int inputs = k == 0 ? width : 2 * width;
      heads.add(
          new Head(
              numbers(chance, width),
              deviation,
              numbers(chance, inputs * HIDDEN),
              numbers(chance, HIDDEN),
              numbers(chance, HIDDEN * CLASSES),
              numbers(chance, CLASSES)));
    }
    return heads;
  }

  private static float[] numbers(Random chance, int size) {
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = (float) chance.nextGaussian() / 4;
    }
    return numbers;
  }

  /** The head as its Javadoc says; moves the carry on. */
  private static double[] head(Head head, int k, float[] pooled, int row, double[] carry) {
    int width = carry.length;
    double[] input = new double[k == 0 ? width : 2 * width];
    for (int i = 0; i < width; i++) {
      input[i] = (pooled[row * width + i] - head.mean()[i]) / head.deviation()[i];
      if (k > 0) {
        input[width + i] = carry[i] / k;
      }
      carry[i] += input[i];
    }
    if (head.linear()) {
      return product(Arrays.copyOf(input, width), head.w2(), head.b2());
    }
    double[] layer = product(input, head.w1(), head.b1());
    for (int i = 0; i < layer.length; i++) {
      layer[i] = Math.max(0, layer[i]);
    }
    return product(layer, head.w2(), head.b2());
  }

  private static double[] product(double[] x, float[] weights, float[] bias) {
    double[] y = new double[bias.length];
    for (int j = 0; j < y.length; j++) {
      y[j] = bias[j];
      for (int i = 0; i < x.length; i++) {
        y[j] += x[i] * weights[i * y.length + j];
      }
    }
    return y;
  }

  /** Logits of each stage, run one after the other. */
  private static List<float[]> logits(List<Stage> stages, Map<String, OnnxTensor> inputs)
      throws OrtException {
    Map<String, OnnxTensorLike> known = new HashMap<>(inputs);
    List<float[]> logits = new ArrayList<>();
    for (Stage stage : stages) {
      try (OrtSession session = Sessions.open("stage", stage.onnx().toByteArray())) {
        Map<String, OnnxTensorLike> wanted = new HashMap<>();
        session.getInputNames().forEach(name -> wanted.put(name, known.get(name)));
        OrtSession.Result result = session.run(wanted);
        logits.add(array(result, stage.logits()));
        stage
            .gives()
            .forEach(t -> known.put(t.name(), (OnnxTensor) result.get(t.name()).orElseThrow()));
      }
    }
    return logits;
  }

  /** Means over the tokens that are no padding, of the backbone run whole. */
  private static List<float[]> pooled(Cuts cuts, List<Cut> exits, Map<String, OnnxTensor> inputs)
      throws OrtException {
    List<String> tensors = exits.stream().map(Cut::tensor).toList();
    List<float[]> pooled = new ArrayList<>();
    long[][] mask = (long[][]) inputs.get(NetworkInputs.MASK).getValue();
    try (OrtSession session = Sessions.open("whole", Probe.exposing(cuts.graph(), tensors));
        OrtSession.Result result = session.run(inputs(session, inputs))) {
      for (String tensor : tensors) {
        float[][][] states = (float[][][]) result.get(tensor).orElseThrow().getValue();
        float[] means = new float[states.length * MiniLm.WIDTH];
        for (int row = 0; row < states.length; row++) {
          for (int column = 0; column < MiniLm.WIDTH; column++) {
            double sum = 0;
            int count = 0;
            for (int t = 0; t < mask[row].length; t++) {
              sum += mask[row][t] * states[row][t][column];
              count += (int) mask[row][t];
            }
            means[row * MiniLm.WIDTH + column] = (float) (sum / count);
          }
        }
        pooled.add(means);
      }
    }
    return pooled;
  }

  /** Of 4 by 4, each a cell of the grid, of the backbone run whole. */
  private static List<float[]> pixels(Cuts cuts, List<Cut> exits, Map<String, OnnxTensor> inputs)
      throws OrtException {
    List<String> tensors = exits.stream().map(Cut::tensor).toList();
    List<float[]> pooled = new ArrayList<>();
    try (OrtSession session = Sessions.open("whole", Probe.exposing(cuts.graph(), tensors));
        OrtSession.Result result = session.run(inputs)) {
      for (String tensor : tensors) {
        pooled.add(array(result, tensor));
      }
    }
    return pooled;
  }

  private static Map<String, OnnxTensor> inputs(OrtSession session, Map<String, OnnxTensor> all) {
    Map<String, OnnxTensor> wanted = new HashMap<>(all);
    wanted.keySet().retainAll(session.getInputNames());
    return wanted;
  }

  private static OnnxTensor image(int rows, int channels, int side) throws OrtException {
    float[] pixels = numbers(new Random(3), rows * channels * side * side);
    return OnnxTensor.createTensor(
        OrtEnvironment.getEnvironment(),
        FloatBuffer.wrap(pixels),
        new long[] {rows, channels, side, side});
  }

  private static Stage changed(Stage stage) throws InvalidProtocolBufferException {
    ModelProto.Builder model = model(stage).toBuilder();
    for (TensorProto.Builder weights : model.getGraphBuilder().getInitializerBuilderList()) {
      if (weights.getName().endsWith("LayerNorm.bias")) {
        byte[] raw = weights.getRawData().toByteArray();
        raw[3] ^= (byte) 0x80;
        weights.setRawData(ByteString.copyFrom(raw));
        return new Stage(
            model.build().toByteString(),
            stage.multiplyAdds(),
            stage.takes(),
            stage.gives(),
            stage.logits(),
            stage.result());
      }
    }
    throw new AssertionError("the stage has no layer norm");
  }

  private static AttributeProto keepDimensions(long keep) {
    return AttributeProto.newBuilder()
        .setName("keepdims")
        .setType(AttributeProto.AttributeType.INT)
        .setI(keep)
        .build();
  }

  private static ModelProto model(Stage stage) throws InvalidProtocolBufferException {
    return ModelProto.parseFrom(stage.onnx());
  }

  private static List<String> inputs(Stage stage) throws InvalidProtocolBufferException {
    return model(stage).getGraph().getInputList().stream().map(ValueInfoProto::getName).toList();
  }

  private static FloatBuffer floats(OrtSession.Result result, String name) {
    return ((OnnxTensor) result.get(name).orElseThrow()).getFloatBuffer();
  }

  private static float[] array(OrtSession.Result result, String name) {
    FloatBuffer floats = floats(result, name);
    float[] array = new float[floats.remaining()];
    floats.get(array);
    return array;
  }
}
