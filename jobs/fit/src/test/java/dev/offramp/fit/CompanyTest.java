package dev.offramp.fit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.fit.data.Cache;
import dev.offramp.fit.data.Columns;
import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Example;
import dev.offramp.fit.graph.TextNetwork;
import dev.offramp.fit.graph.TextNetwork.Mean;
import dev.offramp.fit.learn.Recipe;
import dev.offramp.fit.work.Progress;
import dev.offramp.runtime.Classifier;
import dev.offramp.runtime.Manifest;
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

/** Networks that read padding, or not: what fit finds out, and what is served. */
class CompanyTest {
  private static final Recipe RECIPE =
      Recipe.standard().with(new Recipe.Heads(32, 0.4, 4e-3, 0.2, 64, 6, 3, 3));

  @TempDir Path folder;
  private final List<String> notes = new ArrayList<>();

  @Test
  void networkThatReadsPaddingAnswersAloneAsInCompany() throws IOException {
    Manifest m = fit(new TextNetwork().mean(Mean.ALL));

    assertThat(m.batchInvariant()).isTrue();
    assertAnswersDoNotDependOnCompany();
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
