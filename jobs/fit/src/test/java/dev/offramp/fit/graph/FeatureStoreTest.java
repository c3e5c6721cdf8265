package dev.offramp.fit.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.fit.data.Backbone;
import dev.offramp.fit.data.Cache;
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
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureStoreTest {
  private static final List<String> TEXTS =
      List.of(
          "one", "a longer text than the first", "two", "and one that is the longest of all four");
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
    backbone = new Backbone("minilm", null, MiniLm.tokenizer(folder), "00", null);
    store = new FeatureStore(new Cache(folder), (task, done, total) -> heard.add(done));
  }

  @Test
  void featuresAreThoseOfEachTextAlone() {
    Features all = store.of(backbone, exits, stages::features, 64, TEXTS);

    assertThat(all.examples()).isEqualTo(4);
    assertThat(all.exits()).isEqualTo(3);
    assertThat(all.width()).isEqualTo(MiniLm.WIDTH);
    for (int i = 0; i < TEXTS.size(); i++) {
      Features alone = store.of(backbone, exits, stages::features, 64, TEXTS.subList(i, i + 1));
      for (int k = 0; k < 3; k++) {
        assertThat(row(all, i, k)).containsExactly(row(alone, 0, k), within(1e-5f));
      }
    }
    assertThat(row(all, 0, 2)).isNotEqualTo(row(all, 1, 2)).isNotEqualTo(row(all, 0, 1));
  }

  @Test
  void progressGoesFromNothingToAll() {
    store.of(backbone, exits, stages::features, 64, TEXTS);

    assertThat(heard).isSorted().startsWith(0L).endsWith((long) TEXTS.size());
  }

  @Test
  void featuresAreReusedWithoutTheNetwork() throws IOException {
    Features computed = store.of(backbone, exits, stages::features, 64, TEXTS);

    Features reused = store.of(backbone, exits, FeatureStoreTest::notAsked, 64, TEXTS);

    assertThat(row(reused, 3, 1)).isEqualTo(row(computed, 3, 1));
    assertThat(files()).hasSize(1);
  }

  @Test
  void orderAndRepetitionOfTextsDoNotMatter() throws IOException {
    Features computed = store.of(backbone, exits, stages::features, 64, TEXTS);
    List<String> others = new ArrayList<>(TEXTS);
    others.addAll(List.of(TEXTS.get(1), TEXTS.get(3)));
    Collections.reverse(others);

    Features reused = store.of(backbone, exits, FeatureStoreTest::notAsked, 64, others);

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
    store.of(backbone, exits, stages::features, 64, List.of("one", "two", "one", "one"));

    assertThat(heard).endsWith(2L);
  }

  @Test
  void anythingThatFeaturesDependOnMakesOthers() {
    store.of(backbone, exits, stages::features, 64, TEXTS);
    Backbone other =
        new Backbone(backbone.name(), null, backbone.tokenizer(), "01", backbone.licence());
    List<String> otherTexts = List.of("one", "a longer text");
    List<Cut> otherExits = exits.subList(1, 3);

    for (Supplier<Features> changed :
        List.<Supplier<Features>>of(
            () -> store.of(other, exits, FeatureStoreTest::notAsked, 64, TEXTS),
            () -> store.of(backbone, otherExits, FeatureStoreTest::notAsked, 64, TEXTS),
            () -> store.of(backbone, exits, FeatureStoreTest::notAsked, 32, TEXTS),
            () -> store.of(backbone, exits, FeatureStoreTest::notAsked, 64, otherTexts))) {
      assertThatThrownBy(changed::get).hasMessage("features were computed again");
    }
  }

  @Test
  void fileCutShortIsComputedAgain() throws IOException {
    float[] first = row(store.of(backbone, exits, stages::features, 64, TEXTS), 2, 2);
    try (FileChannel channel = FileChannel.open(files().get(0), StandardOpenOption.WRITE)) {
      channel.truncate(100);
    }

    assertThat(row(store.of(backbone, exits, stages::features, 64, TEXTS), 2, 2)).isEqualTo(first);
  }

  @Test
  void failureLeavesNothingBehind() throws IOException {
    assertThatThrownBy(() -> store.of(backbone, exits, () -> new byte[] {1}, 64, TEXTS))
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

    assertThatThrownBy(() -> store.of(backbone, List.of(cut), builder::bytes, 64, List.of("one")))
        .hasMessage(
            "features can't be computed: the backbone gives -Infinity for example 0 at exit 0");
  }

  @Test
  void noTextsHaveNoFeatures() {
    assertThat(store.of(backbone, exits, stages::features, 64, List.of()).examples()).isZero();
  }

  @Test
  void fileThatIsNoTokenizerIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("wrong.json"), "{}");
    Backbone wrong = new Backbone("minilm", null, file, "00", null);

    assertThatThrownBy(() -> store.of(wrong, exits, FeatureStoreTest::notAsked, 64, TEXTS))
        .hasMessageStartingWith(file + " can't be used as a tokenizer: ");
  }

  @Test
  void batchesAreOfLikeLengthAndBounded() {
    List<long[]> ids = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ids.add(new long[1 + i % 5 * 30]);
    }

    List<List<Integer>> batches = FeatureRun.batches(ids);

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
    FloatBuffer row = FloatBuffer.allocate(features.width());
    features.copy(example, exit, row);
    assertThat(row.hasRemaining()).isFalse();
    return row.array();
  }
}
