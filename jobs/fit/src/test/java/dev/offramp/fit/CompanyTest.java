package dev.offramp.fit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.fit.data.Cache;
import dev.offramp.fit.data.Columns;
import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Example;
import dev.offramp.fit.graph.TextNetwork;
import dev.offramp.fit.graph.TextNetwork.Mean;
import dev.offramp.fit.learn.GateKind;
import dev.offramp.fit.learn.Recipe;
import dev.offramp.fit.work.Progress;
import dev.offramp.runtime.Classifier;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.TextInput;
import dev.offramp.schemas.LabelProbability;
import dev.offramp.schemas.Prediction;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Networks that read padding, or not: what fit finds out, and what is served. */
class CompanyTest {
  private static final Recipe RECIPE =
      Recipe.standard()
          .with(new Recipe.Heads(32, 0.4, 4e-3, 0.2, 64, 6, 3, 3))
          .with(GateKind.MAX_PROBABILITY);

  @TempDir Path folder;
  private final List<String> notes = new ArrayList<>();

  /** Those that read padding, each in its own way. */
  enum ReadsPadding {
    IDS_ALONE,
    MEAN_OF_ALL_POSITIONS_WITH_A_MASK_ELSEWHERE,
    SEGMENTS,
    POSITIONS;

    private TextNetwork network() {
      return switch (this) {
        case IDS_ALONE -> new TextNetwork().mean(Mean.ALL);
        case MEAN_OF_ALL_POSITIONS_WITH_A_MASK_ELSEWHERE -> new TextNetwork().sentence();
        case SEGMENTS -> new TextNetwork().mean(Mean.ALL).typed();
        case POSITIONS -> new TextNetwork().mean(Mean.ALL).positions(64);
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void networkThatReadsPaddingAnswersAloneAsInCompany(ReadsPadding kind) throws IOException {
    Manifest m = fit(kind.network());

    assertAnswersDoNotDependOnCompany();
    assertThat(m.batchInvariant()).isTrue();
    assertThat(((TextInput) m.input()).equalLengths()).isTrue();
    assertThat(notes)
        .anyMatch(n -> n.contains("reads padding") && n.contains("texts of equal length"));
  }

  @Test
  void maskedNetworkKeepsBatchesOfAllLengths() throws IOException {
    Manifest m = fit(new TextNetwork().mean(Mean.MASKED));

    assertAnswersDoNotDependOnCompany();
    assertThat(m.batchInvariant()).isTrue();
    assertThat(((TextInput) m.input()).equalLengths()).isFalse();
    assertThat(notes).noneMatch(n -> n.contains("padding"));
  }

  @Test
  void maskThatIsMadeFromTheIdOfPaddingWorksSinceTextsArePaddedWithIt() throws IOException {
    Manifest m = fit(new TextNetwork().mean(Mean.NOT_PAD).padId(3));

    assertAnswersDoNotDependOnCompany();
    assertThat(m.batchInvariant()).isTrue();
    TextInput text = (TextInput) m.input();
    assertThat(text.padId()).isEqualTo(3);
    assertThat(text.equalLengths()).as("the padding is hidden").isFalse();
  }

  @Test
  void scaleOfTheWholeBatchIsNotInvariantAndFitSaysSo() throws IOException {
    Manifest m = fit(new TextNetwork().mean(Mean.MASKED).quantised());

    assertThat(m.batchInvariant()).isFalse();
    assertThat(((TextInput) m.input()).equalLengths()).isFalse();
    assertThat(notes)
        .anyMatch(
            n ->
                n.matches(
                    "answers depend on what shares a batch, since the network is dynamically"
                        + " quantised: of \\d+ examples, alone and in batches with others, the label"
                        + " differs for \\d+, and probabilities differ by up to 0\\.\\d+;.*"));
  }

  @Test
  void scaleOfTheWholeBatchOnTopOfPaddingKeepsLengthsEqual() throws IOException {
    Manifest m = fit(new TextNetwork().mean(Mean.ALL).quantised());

    assertThat(m.batchInvariant()).isFalse();
    assertThat(((TextInput) m.input()).equalLengths()).as("far nearer to alone").isTrue();
  }

  private Manifest fit(TextNetwork network) throws IOException {
    Random chance = new Random(1);
    Dataset data =
        new Dataset(
            "words",
            TextNetwork.LABELS,
            TextNetwork.examples(chance, 400, 12),
            TextNetwork.examples(chance, 150, 12),
            TextNetwork.examples(chance, 200, 12),
            TextNetwork.examples(chance, 100, 12),
            List.of());
    Path model = network.write(folder.resolve("network"));
    Fit.Options options =
        new Fit.Options(
            model.toString(),
            null,
            Columns.DEFAULT,
            0,
            Fit.Options.EVERY_LAYER,
            List.of(),
            64,
            RECIPE);
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
    return new Fit(new Cache(folder.resolve("cache")), progress, InstantSource.system())
        .run(options, data, folder.resolve("bundle"))
        .manifest();
  }

  /** Serves texts of all lengths one by one and all at once. */
  private void assertAnswersDoNotDependOnCompany() {
    List<String> texts =
        TextNetwork.examples(new Random(9), 300, 40).stream().map(Example::text).toList();
    try (Classifier classifier = Classifier.open(folder.resolve("bundle"))) {
      List<Prediction> together = classifier.classify(texts);
      int labels = 0;
      double worst = 0;
      for (int i = 0; i < texts.size(); i++) {
        Prediction alone = classifier.classify(List.of(texts.get(i))).get(0);
        labels += alone.getLabel().equals(together.get(i).getLabel()) ? 0 : 1;
        Map<String, Double> expected = probabilities(alone);
        for (Map.Entry<String, Double> p : probabilities(together.get(i)).entrySet()) {
          worst = Math.max(worst, Math.abs(p.getValue() - expected.get(p.getKey())));
        }
      }
      assertThat(worst).as("%d labels of 300 differ", labels).isLessThan(1e-4);
      assertThat(labels).isZero();
    }
  }

  private static Map<String, Double> probabilities(Prediction p) {
    return p.getTopLabels().stream()
        .collect(Collectors.toMap(LabelProbability::getLabel, LabelProbability::getProbability));
  }
}
