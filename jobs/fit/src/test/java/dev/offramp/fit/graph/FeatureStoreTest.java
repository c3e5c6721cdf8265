package dev.offramp.fit.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.offramp.fit.data.Backbone;
import dev.offramp.fit.data.Cache;
import dev.offramp.fit.data.Example;
import dev.offramp.fit.data.Tensor;
import dev.offramp.fit.learn.Features;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureStoreTest {
  private static final List<Example> TEXTS =
      MiniLm.examples(
          List.of(
              "one",
              "a longer text than the first",
              "two",
              "and one that is the longest of all four"));
  @TempDir private Path folder;

  private final List<Long> heard = new ArrayList<>();
  private List<Cut> exits;
  private Stages stages;
  private Backbone backbone;
  private FeatureStore store;

  @BeforeEach
  void prepare() throws IOException {
    exits = new ExitChoice(MiniLm.cuts()).evenly(3);
    stages = new Stages(MiniLm.cuts(), exits);
    backbone = MiniLm.backbone(folder);
    store = new FeatureStore(new Cache(folder), (task, done, total) -> heard.add(done));
  }

  @Test
  void featuresAreThoseOfEachTextAlone() {
    Features all = store.of(backbone, exits, stages::features, TextRules.upTo(64), TEXTS);

    assertThat(all.examples()).isEqualTo(4);
    assertThat(all.exits()).isEqualTo(3);
    assertThat(all.isOneWidth()).isTrue();
    assertThat(all.width(2)).isEqualTo(MiniLm.WIDTH);
    for (int i = 0; i < TEXTS.size(); i++) {
      Features alone =
          store.of(backbone, exits, stages::features, TextRules.upTo(64), TEXTS.subList(i, i + 1));
      for (int k = 0; k < 3; k++) {
        assertThat(row(all, i, k)).containsExactly(row(alone, 0, k), within(1e-5f));
      }
    }
    assertThat(row(all, 0, 2)).isNotEqualTo(row(all, 1, 2)).isNotEqualTo(row(all, 0, 1));
  }

  @Test
  void progressGoesFromNothingToAll() {
    store.of(backbone, exits, stages::features, TextRules.upTo(64), TEXTS);

    assertThat(heard).isSorted().startsWith(0L).endsWith((long) TEXTS.size());
  }

  @Test
  void featuresAreReusedWithoutTheNetwork() throws IOException {
    Features computed = store.of(backbone, exits, stages::features, TextRules.upTo(64), TEXTS);

    Features reused =
        store.of(backbone, exits, FeatureStoreTest::notAsked, TextRules.upTo(64), TEXTS);

    assertThat(row(reused, 3, 1)).isEqualTo(row(computed, 3, 1));
    assertThat(files()).hasSize(1);
  }

  @Test
  void orderAndRepetitionOfTextsDoNotMatter() throws IOException {
    Features computed = store.of(backbone, exits, stages::features, TextRules.upTo(64), TEXTS);
    List<Example> others = new ArrayList<>(TEXTS);
    others.addAll(List.of(TEXTS.get(1), TEXTS.get(3)));
    Collections.reverse(others);

    Features reused =
        store.of(backbone, exits, FeatureStoreTest::notAsked, TextRules.upTo(64), others);

    assertThat(reused.examples()).isEqualTo(6);
    for (int i = 0; i < others.size(); i++) {
      int original = TEXTS.indexOf(others.get(i));
      assertThat(row(reused, i, 1)).isEqualTo(row(computed, original, 1));
    }
    assertThat(row(reused.part(2, 3), 1, 2)).isEqualTo(row(computed, 2, 2));
    assertThat(files()).hasSize(1);
  }

  @Test
  void textThatComesTwiceIsComputedOnce() {
    store.of(
        backbone,
        exits,
        stages::features,
        TextRules.upTo(64),
        MiniLm.examples(List.of("one", "two", "one", "one")));

    assertThat(heard).endsWith(2L);
  }

  @Test
  void anythingThatFeaturesDependOnMakesOthers() {
    store.of(backbone, exits, stages::features, TextRules.upTo(64), TEXTS);
    Backbone other =
        new Backbone(backbone.name(), null, backbone.tokenizer(), "01", backbone.licence());
    List<Example> otherTexts = MiniLm.examples(List.of("one", "a longer text"));
    List<Cut> otherExits = exits.subList(1, 3);

    for (Supplier<Features> changed :
        List.<Supplier<Features>>of(
            () -> store.of(other, exits, FeatureStoreTest::notAsked, TextRules.upTo(64), TEXTS),
            () ->
                store.of(
                    backbone, otherExits, FeatureStoreTest::notAsked, TextRules.upTo(64), TEXTS),
            () -> store.of(backbone, exits, FeatureStoreTest::notAsked, TextRules.upTo(32), TEXTS),
            () ->
                store.of(
                    backbone, exits, FeatureStoreTest::notAsked, TextRules.upTo(64), otherTexts))) {
      assertThatThrownBy(changed::get).hasMessage("features were computed again");
    }
  }

  @Test
  void fileCutShortIsComputedAgain() throws IOException {
    float[] first =
        row(store.of(backbone, exits, stages::features, TextRules.upTo(64), TEXTS), 2, 2);
    try (FileChannel channel = FileChannel.open(files().get(0), StandardOpenOption.WRITE)) {
      channel.truncate(100);
    }

    assertThat(row(store.of(backbone, exits, stages::features, TextRules.upTo(64), TEXTS), 2, 2))
        .isEqualTo(first);
  }

  @Test
  void failureLeavesNothingBehind() throws IOException {
    assertThatThrownBy(
            () -> store.of(backbone, exits, () -> new byte[] {1}, TextRules.upTo(64), TEXTS))
        .hasMessageStartingWith("ONNX Runtime can't load the features graph: ");
    assertThat(files()).isEmpty();
  }

  @Test
  void networkThatGivesNoNumbersIsRefused() {
    GraphBuilder builder = new GraphBuilder(13);
    builder.writer.inputs(new NetworkInputs(true, List.of(), List.of()), List.of("input_ids"));
    builder.writer.toFloat("ids", "input_ids");
    builder.node("Sub", "zero", "ids", "ids");
    builder.node("Log", "pooled-0", "zero");
    builder.writer.output("pooled-0", List.of(3));
    Cut cut = new Cut("zero", List.of(3), 0);

    assertThatThrownBy(
            () ->
                store.of(
                    backbone,
                    List.of(cut),
                    builder::bytes,
                    TextRules.upTo(64),
                    TEXTS.subList(0, 1)))
        .hasMessage(
            "features can't be computed: the network gives -Infinity at exit 0 for the text '"
                + TEXTS.get(0).text()
                + "'");
  }

  @Test
  void noTextsHaveNoFeatures() {
    assertThat(
            store.of(backbone, exits, stages::features, TextRules.upTo(64), List.of()).examples())
        .isZero();
  }

  @Test
  void fileThatIsNoTokenizerIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("wrong.json"), "{}");
    Backbone wrong = new Backbone("minilm", null, file, "00", null);

    assertThatThrownBy(
            () -> store.of(wrong, exits, FeatureStoreTest::notAsked, TextRules.upTo(64), TEXTS))
        .hasMessageStartingWith(file + " can't be used as a tokenizer: ");
  }

  @Test
  void batchesOfEqualLengthHoldNoOther() {
    List<long[]> ids = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      ids.add(new long[1 + i % 7]);
    }

    List<List<Integer>> batches =
        new NetworkExamples.Texts(
                Collections.nCopies(200, ""), ids, TextRules.upTo(64).withEqualLengths(true))
            .batches();

    assertThat(batches.stream().flatMap(List::stream)).hasSize(200).doesNotHaveDuplicates();
    assertThat(batches)
        .allMatch(batch -> batch.stream().map(i -> ids.get(i).length).distinct().count() == 1)
        .anyMatch(batch -> batch.size() > 1);
  }

  @Test
  void otherRulesOfPaddingAreComputedAnew() throws IOException {
    store.of(backbone, exits, stages::features, TextRules.upTo(64), TEXTS);
    store.of(backbone, exits, stages::features, new TextRules(64, 0, false), TEXTS);
    assertThat(files()).as("the same rules").hasSize(1);
    store.of(backbone, exits, stages::features, new TextRules(64, 5, false), TEXTS);
    store.of(backbone, exits, stages::features, new TextRules(64, 0, true), TEXTS);
    assertThat(files()).hasSize(3);
  }

  @Test
  void batchesAreOfLikeLengthAndBounded() {
    List<long[]> ids = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ids.add(new long[1 + i % 5 * 30]);
    }

    List<List<Integer>> batches =
        new NetworkExamples.Texts(Collections.nCopies(100, ""), ids, TextRules.upTo(64)).batches();

    assertThat(batches.stream().flatMap(List::stream)).hasSize(100).doesNotHaveDuplicates();
    int longest = Integer.MAX_VALUE;
    for (List<Integer> batch : batches) {
      int length = ids.get(batch.get(0)).length;
      assertThat(length).isLessThanOrEqualTo(longest);
      assertThat(batch.size()).isLessThanOrEqualTo(32);
      assertThat((batch.size() - 1) * length).isLessThan(256);
      longest = length;
    }
  }

  @Test
  void tensorsHaveFeaturesOfEachExitsOwnWidth() throws OrtException {
    GraphBuilder builder = new GraphBuilder(13).image(2, 6, 9);
    builder.conv("a", "x", 2, 3, 1, 1, 1).conv("y", "a", 3, 5, 1, 3, 1).output("y", 5, 2, 3);
    Cuts cuts = Cuts.of(builder.graph());
    Stages small = new Stages(cuts, new ExitChoice(cuts).byRepetition());
    Backbone net = new Backbone("net", null, null, "02", null);
    List<Example> images = images(70);

    Features all = store.of(net, small.exits(), small::features, TextRules.upTo(64), images);

    assertThat(all.isOneWidth()).isFalse();
    assertThat(all.width(0)).as("mean and maximum of 4 x 4 cells").isEqualTo(3 * 16 * 2);
    assertThat(all.width(1)).as("one pixel a cell").isEqualTo(5 * 6);
    for (int i : new int[] {0, 31, 32, 69}) {
      try (OrtSession session = Sessions.open("features", small.features());
          OnnxTensor x =
              OnnxTensor.createTensor(
                  OrtEnvironment.getEnvironment(),
                  FloatBuffer.wrap(images.get(i).tensor().values()),
                  new long[] {1, 2, 6, 9});
          OrtSession.Result result = session.run(Map.of("x", x))) {
        for (int k = 0; k < 2; k++) {
          float[][] alone = (float[][]) result.get("pooled-" + k).orElseThrow().getValue();
          assertThat(row(all, i, k)).containsExactly(alone[0], within(1e-5f));
        }
      }
    }
    images.set(69, new Example(new Tensor(List.of(2, 9, 6), new float[108]), 0));
    assertThatThrownBy(
            () ->
                store.of(
                    net, small.exits(), FeatureStoreTest::notAsked, TextRules.upTo(64), images))
        .as("other tensors")
        .hasMessage("features were computed again");
  }

  @Test
  void batchesOfLargeTensorsAreSmall() {
    List<Example> few =
        List.of(new Example(new Tensor(List.of(3, 400, 400), new float[480000]), 0));
    Backbone net = new Backbone("net", null, null, "02", null);

    assertThat(
            NetworkExamples.of(net, TextRules.upTo(64), Collections.nCopies(5, few.get(0)))
                .batches())
        .containsExactly(List.of(0, 1), List.of(2, 3), List.of(4));
    assertThat(NetworkExamples.of(net, TextRules.upTo(64), images(70)).batches())
        .extracting(List::size)
        .containsExactly(32, 32, 6);
  }

  private static List<Example> images(int count) {
    Random chance = new Random(5);
    List<Example> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] pixels = new float[2 * 6 * 9];
      for (int p = 0; p < pixels.length; p++) {
        pixels[p] = (float) chance.nextGaussian();
      }
      images.add(new Example(new Tensor(List.of(2, 6, 9), pixels), 0));
    }
    return images;
  }

  private static byte[] notAsked() {
    throw new AssertionError("features were computed again");
  }

  private List<Path> files() throws IOException {
    Path features = folder.resolve("features");
    try (Stream<Path> files = Files.list(features)) {
      return files.toList();
    }
  }

  private static float[] row(Features features, int example, int exit) {
    FloatBuffer row = FloatBuffer.allocate(features.width(exit));
    features.copy(example, exit, row);
    assertThat(row.hasRemaining()).isFalse();
    return row.array();
  }
}
