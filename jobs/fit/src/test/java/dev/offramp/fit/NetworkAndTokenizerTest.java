package dev.offramp.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.fit.data.Cache;
import dev.offramp.fit.data.Columns;
import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Example;
import dev.offramp.fit.graph.TextNetwork;
import dev.offramp.fit.learn.GateKind;
import dev.offramp.fit.learn.Recipe;
import dev.offramp.fit.work.Progress;
import dev.offramp.runtime.Classifier;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.TextInput;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokenizers that give what the network beside them can't read: too many tokens, other ids. */
class NetworkAndTokenizerTest {
  private static final Recipe RECIPE =
      Recipe.standard()
          .with(new Recipe.Heads(32, 0.4, 4e-3, 0.2, 64, 3, 2, 2))
          .with(GateKind.MAX_PROBABILITY);

  /** 80 words, 82 tokens. */
  private static final String LONG = String.join(" ", Collections.nCopies(80, "w4"));

  @TempDir Path folder;
  private final List<String> notes = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(ints = {32, 20, 16, 7})
  void textsAreCutOffWhereTheNetworksPositionsEnd(int positions) throws IOException {
    Path network = new TextNetwork().positions(positions).write(folder.resolve("network"));

    Manifest m = fit(network, 0, data(0));

    assertThat(((TextInput) m.input()).maxTokens()).isEqualTo(positions);
    assertThat(notes)
        .contains(
            "network takes texts of at most %d tokens: longer ones are cut off there"
                .formatted(positions));
    try (Classifier classifier = Classifier.open(folder.resolve("bundle"))) {
      assertThat(classifier.classify(List.of(LONG)).get(0).getTruncated()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void positionsThatAreCountedWithoutPaddingEndToo(int padId) throws IOException {
    Path network =
        new TextNetwork().positionsOfTokens(20).padId(padId).write(folder.resolve("network"));

    Manifest m = fit(network, 0, data(0));

    assertThat(((TextInput) m.input()).maxTokens()).isEqualTo(20);
    assertThat(((TextInput) m.input()).padId()).isEqualTo(padId);
    try (Classifier classifier = Classifier.open(folder.resolve("bundle"))) {
      assertThat(classifier.classify(List.of(LONG)).get(0).getTruncated()).isTrue();
    }
  }

  @Test
  void moreTokensThanTheNetworkTakesAreRefusedBeforeDataAreRead() throws IOException {
    Path network = new TextNetwork().positions(32).write(folder.resolve("network"));

    assertThatThrownBy(() -> fit(network, 33, folder.resolve("no-data.csv")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("network takes texts of at most 32 tokens, not 33");
    assertThat(((TextInput) fit(network, 32, data(0)).input()).maxTokens()).isEqualTo(32);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1, 2})
  void roomForNothingButTheTokenizersOwnTokensIsRefusedWithTheOptions(int tokens) {
    assertThatThrownBy(() -> options(folder.resolve("no-network.onnx"), tokens, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--max-tokens")
        .hasMessageContaining(": " + tokens);
  }

  @Test
  void tokenizerThatAddsMoreNeedsMore() throws IOException {
    Path network = new TextNetwork().write(folder.resolve("network"));
    TextNetwork.addBeginning(folder.resolve("network"));

    assertThatThrownBy(() -> fit(network, 3, folder.resolve("no-data.csv")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "texts can't be cut off after 3 tokens: the tokenizer of network adds 3 of its own")
        .hasMessageContaining("at least 4");
  }

  @Test
  void networkWithRoomForNothingButTheTokenizersOwnTokensIsRefused() throws IOException {
    Path network = new TextNetwork().positions(2).write(folder.resolve("network"));

    assertThatThrownBy(() -> fit(network, 0, data(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("network takes texts of at most 2 tokens");
  }

  @Test
  void tokenWithoutAnEmbeddingIsNamedWithItsExample() throws IOException {
    Path network = new TextNetwork().write(folder.resolve("network"));
    TextNetwork.addWord(folder.resolve("network"), "rare", 64);

    assertThatThrownBy(() -> fit(network, 0, data(17)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "network has embeddings for the token ids 0 to 63, but training example 17 of words has"
                + " the token 'rare' (id 64)");
  }

  @Test
  void tokensWithoutAnEmbeddingThatNoExampleHasAreSaidAndRejectedWhenServed() throws IOException {
    Path network = new TextNetwork().write(folder.resolve("network"));
    TextNetwork.addWord(folder.resolve("network"), "rare", 70);

    Manifest m = fit(network, 0, data(-1));

    assertThat(((TextInput) m.input()).tokenIds()).isEqualTo(64);
    assertThat(notes).anyMatch(n -> n.contains("1 tokens") && n.contains("'rare' (id 70)"));
    try (Classifier classifier = Classifier.open(folder.resolve("bundle"))) {
      assertThat(classifier.classify(List.of("w4 w5"))).hasSize(1);
      assertThatThrownBy(() -> classifier.classify(List.of("w4 w5", "w4 rare")))
          .hasMessage(
              "event 1: the text has a token of id 70, for which the network has no embedding: its"
                  + " ids end at 63");
    }
  }

  @Test
  void tokenizerOfAnotherNetworkIsRefused() throws IOException {
    Path network = new TextNetwork().rows(1).write(folder.resolve("network"));

    assertThatThrownBy(() -> fit(network, 0, data(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("training example 0 of words has the token '[CLS]' (id 2)");
  }

  /** Examples, the one at this place with a rare word. */
  private static Dataset data(int rare) {
    Random chance = new Random(1);
    List<Example> train = TextNetwork.examples(chance, 120, 4);
    if (rare > 0) {
      train.set(rare, new Example("w1 rare", 0));
    }
    return new Dataset(
        "words",
        TextNetwork.LABELS,
        train,
        TextNetwork.examples(chance, 60, 4),
        TextNetwork.examples(chance, 60, 4),
        List.of(),
        List.of());
  }

  private Fit.Options options(Path network, int maxTokens, Path data) {
    return new Fit.Options(
        network.toString(),
        data == null ? null : data.toString(),
        Columns.DEFAULT,
        0,
        Fit.Options.EVERY_LAYER,
        List.of(),
        maxTokens,
        RECIPE);
  }

  private Manifest fit(Path network, int maxTokens, Path data) {
    return fit().run(options(network, maxTokens, data), folder.resolve("bundle")).manifest();
  }

  private Manifest fit(Path network, int maxTokens, Dataset data) {
    return fit().run(options(network, maxTokens, null), data, folder.resolve("bundle")).manifest();
  }

  private Fit fit() {
    Progress progress =
        new Progress() {
          @Override
          public void at(String task, long done, long total) {
            // Notes only.
          }

          @Override
          public void note(String line) {
            notes.add(line);
          }
        };
    return new Fit(new Cache(folder.resolve("cache")), progress, InstantSource.system());
  }
}
