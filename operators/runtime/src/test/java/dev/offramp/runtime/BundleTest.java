package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundleTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private Manifest manifest;

  @BeforeEach
  void write() throws IOException {
    manifest = TinyBundle.writeText(folder);
  }

  private void refused(String... parts) {
    var thrown = assertThatThrownBy(() -> Bundle.open(folder)).isInstanceOf(BundleException.class);
    for (String part : parts) {
      thrown.hasMessageContaining(part);
    }
  }

  /** Changes the manifest's JSON and signs it anew, so that only the rule at hand is broken. */
  private void change(Consumer<ObjectNode> edit) throws IOException {
    Path file = folder.resolve(ManifestFile.NAME);
    ObjectNode tree = (ObjectNode) JSON.readTree(file.toFile());
    edit.accept(tree);
    JSON.writeValue(file.toFile(), tree);
    tree.put("id", ManifestFile.idOf(ManifestFile.read(folder)));
    JSON.writeValue(file.toFile(), tree);
  }

  @Test
  void soundBundleOpens() {
    Bundle bundle = Bundle.open(folder);
    assertThat(bundle.manifest()).usingRecursiveComparison().isEqualTo(manifest);
    assertThat(bundle.manifest().id()).matches("[0-9a-f]{16}");
    assertThat(bundle.folder()).isEqualTo(folder);
  }

  @Test
  void sameContentHasTheSameIdWheneverItWasMade() throws IOException {
    Path file = folder.resolve(ManifestFile.NAME);
    ObjectNode tree = (ObjectNode) JSON.readTree(file.toFile());
    ((ObjectNode) tree.get("provenance")).put("createdAt", "2031-01-01T00:00Z");
    JSON.writeValue(file.toFile(), tree);
    assertThat(Bundle.open(folder).manifest().id()).isEqualTo(manifest.id());
  }

  @Test
  void folderWithoutManifestIsNoBundle() throws IOException {
    Files.delete(folder.resolve(ManifestFile.NAME));
    refused(folder + " is no bundle: it has no manifest.json", "offramp fit");
  }

  @Test
  void folderThatIsNotThereAndFileInItsPlaceAreNamedAsSuch() throws IOException {
    Path gone = folder.resolve("gone");
    assertThatThrownBy(() -> Bundle.open(gone))
        .isInstanceOf(BundleException.class)
        .hasMessage(
            gone
                + " is no bundle: there is no such folder; give the folder that `offramp fit` wrote");
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> Bundle.open(file))
        .isInstanceOf(BundleException.class)
        .hasMessage(
            file + " is no bundle: it is no folder; give the folder that `offramp fit` wrote");
  }

  @Test
  void manifestWithoutProvenanceIsRefused() throws IOException {
    change(t -> t.putNull("provenance"));
    refused("provenance is missing");
  }

  @Test
  void changedStageIsRefusedByItsHash() throws IOException {
    Path stage = folder.resolve("stage-1.onnx");
    byte[] bytes = Files.readAllBytes(stage);
    bytes[bytes.length / 2] ^= 1;
    Files.write(stage, bytes);
    refused("stage-1.onnx", "SHA-256", "copy the whole bundle again");
  }

  @Test
  void changedTokenizerIsRefusedByItsHash() throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), "{}");
    refused("tokenizer.json", "SHA-256");
  }

  @Test
  void missingFileIsNamed() throws IOException {
    Files.delete(folder.resolve("stage-2.onnx"));
    refused("stage-2.onnx is missing");
  }

  @Test
  void linkIsRefused() throws IOException {
    Path stage = folder.resolve("stage-2.onnx");
    Path elsewhere = Files.move(stage, folder.resolve("elsewhere"));
    Files.createSymbolicLink(stage, elsewhere);
    refused("stage-2.onnx is a link");
  }

  @Test
  void linkInTheManifestsPlaceIsRefusedUnread() throws IOException {
    Path file = folder.resolve(ManifestFile.NAME);
    Path secret = Files.writeString(folder.resolve("elsewhere"), "root:x:0");
    Files.delete(file);
    Files.createSymbolicLink(file, secret);
    refused("manifest.json is a link");
    assertThatThrownBy(() -> Bundle.open(folder)).hasMessageNotContaining("root");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../stage-0.onnx", "/etc/passwd", "a/b.onnx", "", ".hidden", "a\\b", "a\u0000b"})
  void nameThatLeavesTheFolderIsRefused(String name) throws IOException {
    change(t -> ((ObjectNode) t.get("stages").get(0)).put("file", name));
    refused("lie in its folder");
  }

  @Test
  void handEditedManifestIsRefusedByItsId() throws IOException {
    Path file = folder.resolve(ManifestFile.NAME);
    ObjectNode tree = (ObjectNode) JSON.readTree(file.toFile());
    tree.put("name", "other");
    JSON.writeValue(file.toFile(), tree);
    refused("it was changed");
  }

  @ParameterizedTest
  @CsvSource({"1,1", "3,3", "'',none", "x,x"})
  void unknownFormatVersionIsRefused(String version, String shown) throws IOException {
    Path file = folder.resolve(ManifestFile.NAME);
    ObjectNode tree = (ObjectNode) JSON.readTree(file.toFile());
    if (version.isEmpty()) {
      tree.remove("formatVersion");
    } else if (version.equals("x")) {
      tree.put("formatVersion", "x");
    } else {
      tree.put("formatVersion", Integer.parseInt(version));
    }
    JSON.writeValue(file.toFile(), tree);
    refused("format version", shown, "this Offramp reads 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{\"formatVersion\": 2", "{\"formatVersion\": 2, \"x\": 2}"})
  void manifestThatIsNoneIsRefused(String content) throws IOException {
    Files.writeString(folder.resolve(ManifestFile.NAME), content);
    refused(ManifestFile.NAME, "`offramp fit`");
  }

  @Test
  void brokenRulesAreNamed() throws IOException {
    record Case(Consumer<ObjectNode> edit, String message) {}
    List<Case> cases =
        List.of(
            new Case(t -> t.putArray("labels").add("one"), "labels must be two or more"),
            new Case(t -> t.putArray("labels").add("a").add("a"), "labels must differ"),
            new Case(t -> t.putArray("levels").add(0.9).add(0.8).add(1.2), "levels must ascend"),
            new Case(t -> t.putArray("stages"), "stages must be one or more"),
            new Case(t -> t.putNull("input"), "input is missing"),
            new Case(t -> ((ObjectNode) t.get("input")).put("maxTokens", 1), "maxTokens"),
            new Case(t -> t.put("defaultPoint", "none"), "defaultPoint 'none'"),
            new Case(
                t ->
                    ((ObjectNode) point(t).get("gates").get(0))
                        .removeAll()
                        .put("kind", "foreseeing")
                        .put("lambda", 0.1)
                        .put("offset", 0),
                "a gate that foresees, and the manifest no foresight"),
            new Case(
                t -> t.putArray("foresight").addObject().putArray("w1"),
                "foresight must be of each"),
            new Case(
                t -> {
                  t.putArray("foresight").addObject().putArray("b1").add(1);
                  ((ArrayNode) t.get("foresight")).addObject();
                },
                "foresight[0] must have finite weights for 11 measures and 3 exits"),
            new Case(t -> t.putArray("stacking"), "stacking must have a row"),
            new Case(t -> stage(t, 1).put("cost", 0.01), "cost must not fall"),
            new Case(t -> stage(t, 2).put("cost", 0.9), "cost must be 1"),
            new Case(t -> stage(t, 1).putArray("takes"), "takes must be what stages[0] gives"),
            new Case(t -> stage(t, 1).putNull("logits"), "logits is missing"),
            new Case(t -> point(t).putArray("gates"), "a gate for each exit but the last"),
            new Case(t -> point(t).putNull("rule"), "needs a rule"),
            new Case(t -> point(t).putNull("expected"), "expected"),
            new Case(
                t -> ((ObjectNode) point(t).get("expected")).put("accuracy", "NaN"),
                "expected accuracy and cost in [0, 1]: NaN and 0.5"),
            new Case(
                t -> ((ObjectNode) point(t).get("expected")).put("cost", 1.5),
                "expected accuracy and cost in [0, 1]: 0.8 and 1.5"),
            new Case(t -> point(t).put("lambda", "Infinity"), "lambda must be finite: Infinity"),
            new Case(
                t -> {
                  for (String side : List.of("gives", "takes")) {
                    int k = side.equals("gives") ? 0 : 1;
                    ((ObjectNode) stage(t, k).get(side).get(1)).put("name", "hidden-0");
                  }
                },
                "stages[0].gives needs names that differ"),
            new Case(
                t -> {
                  for (String side : List.of("gives", "takes")) {
                    int k = side.equals("gives") ? 0 : 1;
                    ((ObjectNode) stage(t, k).get(side).get(1))
                        .putArray("shape")
                        .add(65536)
                        .add(65536);
                  }
                },
                "shape [65536, 65536] must have at most 67108864 values"),
            new Case(t -> point(t).putNull("calibration"), "calibration for each exit"),
            new Case(t -> calibration(t).putArray("exits"), "calibration for each exit"),
            new Case(t -> calibration(t).putNull("raps"), "calibration needs raps"),
            new Case(t -> raps(t).put("penalty", -1), "raps.penalty must be 0 or more"),
            new Case(t -> raps(t).put("free", 0), "raps.free must be 1 or more: 0"),
            new Case(t -> calibration(t).putNull("outOfScope"), "outOfScope: needs a threshold"),
            new Case(
                t -> calibration(t).putArray("outOfScope").add(0.1).add(0.2).add(1.5),
                "outOfScope: thresholds lie in [0, 1.0]: 1.5"),
            new Case(t -> calibration(t).putArray("byLabel"), "byLabel: needs a threshold"),
            new Case(t -> byLabel(t, 1).remove(3), "byLabel: needs a threshold for each level"),
            new Case(
                t -> byLabel(t, 0).set(2, DoubleNode.valueOf(-0.1)),
                "byLabel 'south': thresholds lie in [0, 1.0]: -0.1"),
            new Case(
                t -> byLabel(t, 1).set(1, DoubleNode.valueOf(0.5)),
                "byLabel 'east': thresholds must not fall as levels rise"),
            new Case(t -> group(t).put("temperature", 0), "temperature must be above 0"),
            new Case(t -> group(t).putArray("thresholds"), "a threshold for each level"),
            new Case(
                t -> group(t).putArray("thresholds").add(0.1).add(0.2).add(1.5), "lie in [0, 1.0]"),
            new Case(
                t -> group(t).putArray("thresholds").add(0.1).addNull().add(0.2),
                "e0 thresholds: thresholds must not fall as levels rise: [0.1, null, 0.2]"),
            new Case(t -> group(t).put("examples", -1), "examples can't be -1"),
            new Case(t -> group(t).putArray("rapsThresholds"), "rapsThresholds: needs a threshold"),
            new Case(
                t -> group(t).putArray("rapsThresholds").add(0.1).add(0.2).add(1.05),
                "e0 rapsThresholds: thresholds lie in [0, 1.04]: 1.05"));
    for (Case c : cases) {
      write();
      change(c.edit);
      refused(
          ManifestFile.NAME,
          c.message,
          "; copy the whole bundle again, or learn it anew with `offramp fit`");
    }
  }

  private static ObjectNode stage(JsonNode t, int k) {
    return (ObjectNode) t.get("stages").get(k);
  }

  private static ObjectNode point(JsonNode t) {
    return (ObjectNode) t.get("points").get(0);
  }

  private static ObjectNode calibration(JsonNode t) {
    return (ObjectNode) point(t).get("calibration");
  }

  private static ObjectNode raps(JsonNode t) {
    return (ObjectNode) calibration(t).get("raps");
  }

  private static ArrayNode byLabel(JsonNode t, int level) {
    return (ArrayNode) calibration(t).get("byLabel").get(level);
  }

  private static ObjectNode group(JsonNode t) {
    return (ObjectNode) calibration(t).get("exits").get(0).get("gate");
  }

  /** Puts another graph in a stage's place, with its hash. */
  private void stage(int k, byte[] graph) throws IOException {
    Path file = folder.resolve("stage-" + k + ".onnx");
    Files.write(file, graph);
    String hash = Sha256.of(file);
    change(t -> stage(t, k).put("sha256", hash));
  }

  private static TinyGraph lastStage() {
    return new TinyGraph()
        .longs("attention_mask", -1, -1)
        .floats("hidden-1", -1, -1, 8)
        .floats("carry-1", -1, 8)
        .output("logits", -1, 4);
  }

  @Test
  void nanInAHeadIsRefused() throws IOException {
    stage(2, lastStage().weights("head", new float[] {1, Float.NaN}, 2).bytes());
    refused("stage-2.onnx: the stage has NaN in the weights 'head'");
  }

  @Test
  void weightsInAnotherFileAreRefused() throws IOException {
    stage(2, lastStage().external("head").bytes());
    refused("keeps the weights 'head' in another file");
  }

  @Test
  void weightsThatAreSparseOrInAFunctionAreLookedAtToo() throws IOException {
    TensorProto away =
        TensorProto.newBuilder()
            .setName("away")
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .build();
    SparseTensorProto sparse = SparseTensorProto.newBuilder().setValues(away).build();
    NodeProto constant =
        NodeProto.newBuilder()
            .setOpType("Constant")
            .addOutput("c")
            .addAttribute(
                AttributeProto.newBuilder().setName("sparse_value").setSparseTensor(sparse))
            .build();
    ModelProto sound = ModelProto.parseFrom(lastStage().bytes());
    for (GraphProto graph :
        List.of(
            sound.getGraph().toBuilder().addSparseInitializer(sparse).build(),
            sound.getGraph().toBuilder().addNode(constant).build())) {
      stage(2, sound.toBuilder().setGraph(graph).build().toByteArray());
      refused("keeps the weights 'away' in another file");
    }
    FunctionProto function = FunctionProto.newBuilder().setName("f").addNode(constant).build();
    stage(2, sound.toBuilder().addFunctions(function).build().toByteArray());
    refused("keeps the weights 'away' in another file");
    stage(
        2,
        sound.toBuilder()
            .addTrainingInfo(TrainingInfoProto.getDefaultInstance())
            .build()
            .toByteArray());
    refused("holds training information");
  }

  @Test
  void graphThatIsNoneIsRefused() throws IOException {
    stage(2, "no graph at all".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    refused("stage-2.onnx is no ONNX file");
    stage(2, HexFormat.of().parseHex("3affffffff7740c00e52ffff7730"));
    refused("stage-2.onnx is no ONNX file");
  }

  @Test
  void anyStageMayReadTheEventsTensor() throws IOException {
    TinyBundle.writeTensor(folder);
    byte[] last =
        new TinyGraph()
            .floats("signal", -1, 2, 4)
            .floats("hidden-1", -1, 8)
            .floats("carry-1", -1, 8)
            .output("logits", -1, 4)
            .bytes();
    stage(2, last);
    assertThat(Bundle.open(folder).manifest().exits()).isEqualTo(3);
  }

  @Test
  void graphThatDoesNotFitTheManifestIsRefused() throws IOException {
    stage(2, lastStage().floats("extra", -1).bytes());
    refused("takes 'extra'");
    stage(2, new TinyGraph().floats("hidden-1", -1, -1, 8).output("logits", -1, 4).bytes());
    refused("no input 'carry-1'");
    stage(2, new TinyGraph().floats("hidden-1", -1).floats("carry-1", -1).bytes());
    refused("no output 'logits'");
  }
}
