package dev.offramp.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.fit.data.Cache;
import dev.offramp.fit.data.Columns;
import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Datasets;
import dev.offramp.fit.data.Example;
import dev.offramp.fit.evaluation.Evaluation;
import dev.offramp.fit.evaluation.Figures;
import dev.offramp.fit.evaluation.LearnedData;
import dev.offramp.fit.learn.GateKind;
import dev.offramp.fit.learn.Goal;
import dev.offramp.fit.learn.Recipe;
import dev.offramp.fit.work.Progress;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Classifier;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.schemas.Prediction;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bundle learned from a real encoder and real definitions, judged on others. */
class FitTest {
  /** Lexicographer files of WordNet's nouns. */
  private static final Map<String, String> TOPICS =
      Map.of("05", "animal", "06", "artifact", "13", "food", "15", "location", "20", "plant");

  private static final int EACH = 260;

  @TempDir static Path folder;
  private static Path backbone;
  private static Path data;
  private static Fit.Result first;
  private static final Listener HEARD = new Listener();

  @BeforeAll
  static void learn() throws IOException {
    backbone = folder.resolve("minilm.onnx");
    copy("/all-minilm-l6-v2.onnx", backbone);
    copy("/all-minilm-l6-v2-tokenizer.json", folder.resolve("tokenizer.json"));
    data = definitions(folder.resolve("definitions.csv"));
    first = fit(folder.resolve("bundle"), HEARD);
  }

  private static Fit.Result fit(Path output, Progress progress) {
    return new Fit(new Cache(folder.resolve("cache")), progress, InstantSource.system())
        .run(Fit.Options.of(backbone.toString(), data.toString()), output);
  }

  private static void copy(String resource, Path file) throws IOException {
    try (InputStream in = FitTest.class.getResourceAsStream(resource)) {
      Files.copy(in, file);
    }
  }

  /** The first definitions of each topic as CSV. */
  private static Path definitions(Path file) throws IOException {
    List<String> rows = new ArrayList<>(List.of("text,label"));
    Map<String, Integer> taken = new HashMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                FitTest.class.getResourceAsStream("/net/sf/extjwnl/data/wordnet/wn31/data.noun"),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String topic = line.startsWith(" ") ? null : TOPICS.get(line.substring(9, 11));
        if (topic != null && taken.merge(topic, 1, Integer::sum) <= EACH) {
          String gloss = line.substring(line.indexOf('|') + 1).strip().replace("\"", "\"\"");
          rows.add("\"" + gloss + "\"," + topic);
        }
      }
    }
    return Files.write(file, rows);
  }

  @Test
  void kindsOfGatesAreComparedOnTheSameHeads() {
    Compare.Outcome outcome =
        new Compare(new Cache(folder.resolve("cache")), Progress.NONE, InstantSource.system())
            .run(Fit.Options.of(backbone.toString(), data.toString()), 1, List.of(0.1));
    assertThat(outcome.seeds()).containsExactly(1L);
    assertThat(outcome.readings()).containsOnlyKeys(GateKind.values());
    assertThat(outcome.fullDepth().get(0)).isGreaterThan(0.7);
    for (List<Compare.Reading> readings : outcome.readings().values()) {
      assertThat(readings).isNotEmpty();
      Compare.Reading last = readings.get(readings.size() - 1);
      assertThat(last.accuracy()).isCloseTo(outcome.fullDepth().get(0), within(0.1));
      assertThat(last.accuracy()).isBetween(last.lowest(), last.highest());
    }
    assertThat(outcome.readings().get(GateKind.MAX_PROBABILITY))
        .allMatch(r -> r.gain() == 0 && r.gainError() == 0);
    assertThat(outcome.published().get(0).accuracy().get(0)).isGreaterThan(0.6);
    assertThat(outcome.defaults().get(0).meanCost()).isBetween(0.0, 1.0);
  }

  @Test
  void stagesReproduceTheBackboneAndTheBundleOpens() {
    assertThat(first.reproduction()).isBetween(0.0, 1e-4);
    Manifest m = Bundle.open(folder.resolve("bundle")).manifest();
    assertThat(m).usingRecursiveComparison().isEqualTo(first.manifest());
    assertThat(m.exits()).as("of the embeddings and six layers").isBetween(2, 7);
    assertThat(m.stages().get(m.exits() - 1).cost()).isEqualTo(1);
    assertThat(HEARD.notes)
        .filteredOn(note -> note.startsWith(m.exits() + " of 7 exits earn their place: "))
        .singleElement()
        .asString()
        .contains("6 (at 100 %) of the network; to pass one costs ");
    assertThat(HEARD.notes).noneMatch(note -> note.contains("plain form"));
    assertThat(folder.resolve("bundle").resolve(m.stages().get(m.exits() - 1).file()))
        .as("the last stage")
        .content(StandardCharsets.ISO_8859_1)
        .contains("MultiHeadAttention");
    assertThat(m.labels()).containsExactlyInAnyOrderElementsOf(TOPICS.values());
    assertThat(m.batchInvariant()).isTrue();
    assertThat(m.provenance().seed()).isEqualTo(1);
    assertThat(m.provenance().versions()).containsKeys("onnxruntime", "pytorch");
    assertThat(first.seconds().keySet())
        .containsExactly(
            "backbone",
            "limits",
            "data",
            "cuts",
            "padding",
            "features",
            "exits",
            "learning",
            "check",
            "company");
    assertThat(HEARD.tasks)
        .contains(
            "features", "judging exits", "learning heads", "stacking exits", "learning gates");
  }

  @Test
  void pointsRiseInCostFromAnEarlyExitToFullDepth() {
    List<OperatingPoint> points = first.manifest().points();
    assertThat(points).hasSizeGreaterThan(2);
    assertThat(points).isSortedAccordingTo(Comparator.comparingDouble(p -> p.expected().cost()));
    assertThat(points.get(0).expected().cost()).isLessThan(0.3);
    OperatingPoint full = points.get(points.size() - 1);
    assertThat(full.name()).isEqualTo("full");
    assertThat(full.expected().cost()).isEqualTo(1);
    for (OperatingPoint p : points) {
      double shares = p.expected().exitShares().stream().mapToDouble(s -> s).sum();
      assertThat(shares).isCloseTo(1, within(1e-9));
    }
  }

  @Test
  void sameInputAndSeedGiveTheSameBundle() {
    Fit.Result again =
        new Fit(new Cache(folder.resolve("cache")), Progress.NONE, InstantSource.system())
            .fresh()
            .run(Fit.Options.of(backbone.toString(), data.toString()), folder.resolve("again"));
    assertThat(again.manifest().id()).isEqualTo(first.manifest().id());
    assertThat(again.manifest().stages()).isEqualTo(first.manifest().stages());
  }

  @Test
  void whatServesIsWhatWasJudged() {
    Bundle bundle = Bundle.open(folder.resolve("bundle"));
    Dataset examples = new Datasets(new Cache(folder.resolve("cache"))).load(data.toString(), 0, 1);
    Evaluation e = Evaluation.of(bundle, Device.CPU, examples, null, 0.95, Progress.NONE);
    assertThat(e.examples()).isEqualTo(examples.test().size()).isGreaterThan(200);
    assertThat(e.point()).isEqualTo(bundle.manifest().defaultPoint());
    Figures f = e.figures();
    assertThat(f.fullDepthAccuracy()).isGreaterThan(0.8);
    assertThat(f.accuracy()).isCloseTo(f.fullDepthAccuracy(), within(0.05));
    assertThat(f.meanCost()).isLessThan(0.8);
    assertThat(f.coverage()).isBetween(0.88, 1.0);
    assertThat(f.outOfScopeAuroc()).as("no such examples").isNull();
    assertThat(e.points()).hasSameSizeAs(bundle.manifest().points());
    List<String> texts = examples.test().stream().map(Example::text).toList();
    int right = 0;
    double cost = 0;
    try (Classifier classifier = Classifier.open(folder.resolve("bundle"))) {
      List<Prediction> served = classifier.classify(texts);
      for (int i = 0; i < served.size(); i++) {
        int label = examples.test().get(i).label();
        right += served.get(i).getLabel().equals(examples.labels().get(label)) ? 1 : 0;
        cost += served.get(i).getCost();
      }
    }
    assertThat(right / (double) texts.size()).isEqualTo(f.accuracy());
    assertThat(cost / texts.size()).isCloseTo(f.meanCost(), within(1e-9));
  }

  @Test
  void fitThatWasCutOffGoesOnToTheSameBundle() throws IOException {
    Set<Path> before = headFolders();
    Progress breaking =
        (task, done, total) -> {
          if (task.equals("learning heads") && done > total / 2) {
            throw new IllegalStateException("cut off");
          }
        };
    Recipe recipe =
        Recipe.standard()
            .with(new Recipe.Heads(32, 0.4, 4e-3, 0.2, 64, 6, 3, 3))
            .with(GateKind.MAX_PROBABILITY);
    assertThatThrownBy(() -> quick(breaking).run(options(recipe), folder.resolve("cut")))
        .hasMessage("cut off");
    assertThat(folder.resolve("cut")).doesNotExist();
    Set<Path> made = headFolders();
    made.removeAll(before);
    Path heads = made.iterator().next();
    assertThat(made).hasSize(1);
    assertThat(heads.toFile().list()).hasSizeBetween(1, 27);

    String resumed = id(quick(Progress.NONE), recipe);

    assertThat(heads.toFile().list()).as("seven exits, three folds").hasSize(28);
    // Another exit's head shows which of them were used.
    Files.copy(
        heads.resolve("exit-5-whole.head"),
        heads.resolve("exit-6-whole.head"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThat(id(quick(Progress.NONE), recipe)).isNotEqualTo(resumed);
    assertThat(id(quick(Progress.NONE).fresh(), recipe)).isEqualTo(resumed);
    assertThat(id(quick(Progress.NONE), recipe)).as("kept anew").isEqualTo(resumed);

    Set<Path> all = headFolders();
    quick(Progress.NONE)
        .run(options(recipe.with(GateKind.MARGIN).with(new Goal.Cost(0.5))), folder.resolve("cut"));
    assertThat(headFolders()).as("gates and goals don't change heads").isEqualTo(all);
    quick(Progress.NONE).run(options(recipe.withSeed(2)), folder.resolve("cut"));
    assertThat(headFolders()).hasSize(all.size() + 1);
  }

  private static Fit quick(Progress progress) {
    return new Fit(new Cache(folder.resolve("cache")), progress, InstantSource.system());
  }

  private static String id(Fit fit, Recipe recipe) {
    return fit.run(options(recipe), folder.resolve("cut")).manifest().id();
  }

  private static Fit.Options options(Recipe recipe) {
    Fit.Options o = Fit.Options.of(backbone.toString(), data.toString());
    return new Fit.Options(
        o.backbone(),
        o.data(),
        o.columns(),
        o.limit(),
        Fit.Options.EVERY_LAYER,
        o.cuts(),
        o.maxTokens(),
        recipe);
  }

  private static Set<Path> headFolders() throws IOException {
    try (Stream<Path> folders = Files.list(folder.resolve("cache/heads"))) {
      return new HashSet<>(folders.toList());
    }
  }

  @Test
  void numberOfExitsCanBeCapped() {
    Fit.Result result = fit(300, 2, Recipe.standard(), folder.resolve("two"));
    assertThat(result.manifest().exits()).isBetween(1, 2);
    assertThat(result.manifest().stages().get(result.manifest().exits() - 1).cost()).isEqualTo(1);
    assertThat(result.reproduction()).isBetween(0.0, 1e-4);
  }

  @Test
  void negativeNumberOfStagesIsRefused() {
    assertThatThrownBy(() -> fit(0, -2, Recipe.standard(), folder.resolve("none")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("stages must be at least 1, or 0 for as many as pay off: -2");
  }

  private static Fit.Result fit(int limit, int stages, Recipe recipe, Path output) {
    Fit.Options options =
        new Fit.Options(
            backbone.toString(),
            data.toString(),
            Columns.DEFAULT,
            limit,
            stages,
            List.of(),
            Fit.Options.DEFAULT_MAX_TOKENS,
            recipe);
    return new Fit(new Cache(folder.resolve("cache")), Progress.NONE, InstantSource.system())
        .run(options, output);
  }

  @Test
  void paperRecipeGivesABundleThatServesItsPoint() {
    Fit.Result result = fit(0, 0, Recipe.paper(0.1), folder.resolve("paper"));
    Manifest m = result.manifest();
    assertThat(m.exits()).as("the reference has all").isEqualTo(7);
    assertThat(result.reproduction()).isBetween(0.0, 1e-4);
    assertThat(m.provenance().recipe()).contains("lambda=0.1");
    assertThat(m.points()).extracting(OperatingPoint::name).containsExactly("p1", "full");
    assertThat(m.point("p1").rule()).isEqualTo(Manifest.Rule.SHARED_UNIT);
    Bundle bundle = Bundle.open(folder.resolve("paper"));
    Dataset examples = new Datasets(new Cache(folder.resolve("cache"))).load(data.toString(), 0, 1);
    Evaluation e = Evaluation.of(bundle, Device.CPU, examples, null, 0.95, Progress.NONE);
    assertThat(e.point()).isEqualTo("p1");
    assertThat(e.figures().accuracy()).isGreaterThan(0.75);
    assertThat(e.figures().fullDepthAccuracy()).isGreaterThan(0.8);
    assertThat(e.figures().meanCost())
        .isLessThan(0.9)
        .isCloseTo(m.point("p1").expected().cost(), within(0.1));
  }

  @Test
  void folderThatHoldsSomethingElseIsLeftAlone() throws IOException {
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.writeString(other.resolve("letter.txt"), "mine");
    assertThatThrownBy(() -> fit(other, Progress.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("holds something that is no bundle");
    assertThat(other.resolve("letter.txt")).hasContent("mine");
    Path file = other.resolve("letter.txt");
    assertThatThrownBy(() -> fit(file, Progress.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(file + " is a file: name a folder for the output");
    assertThatThrownBy(() -> fit(file.resolve("deep/bundle"), Progress.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "no folder can be made at %s, since %s is no folder that can be written to: name another place for the output"
                .formatted(file.resolve("deep/bundle"), file));
  }

  @Test
  void dataWithALabelTheBundleDoesNotKnowIsRefused() {
    Bundle bundle = Bundle.open(folder.resolve("bundle"));
    List<Example> one = List.of(new Example("a stone", 0));
    Dataset foreign = new Dataset("stones", List.of("mineral"), one, one, one, one, List.of());
    assertThatThrownBy(() -> Evaluation.of(bundle, Device.CPU, foreign, null, 0.95, Progress.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the label 'mineral'")
        .hasMessageContaining("it knows [animal, artifact, food, location, plant]");
    Dataset noTest = new Dataset("stones", List.of("05"), one, one, one, List.of(), List.of());
    assertThatThrownBy(() -> Evaluation.of(bundle, Device.CPU, noTest, null, 0.95, Progress.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the data stones has no test examples to judge on: add examples, a file test, or rows"
                + " with the split test");
  }

  @Test
  void bundleTellsWhetherItWasLearnedOnTheSplitsThatAreJudged() {
    Manifest m = first.manifest();
    Datasets datasets = new Datasets(new Cache(folder.resolve("cache")));

    assertThat(LearnedData.doubt(m, datasets.load(data.toString(), 0, 1))).isEmpty();
    assertThat(LearnedData.doubt(m, datasets.load(data.toString(), 0, 2)))
        .hasValue(
            ("bundle %s was not learned on these splits of definitions.csv, but on definitions.csv"
                    + " with seed 1: test examples that it was learned from would make the figures"
                    + " too good; to judge on examples that it has not seen, give the data options"
                    + " and the seed that fit was given")
                .formatted(m.id()));
  }

  @Test
  void dataTooSmallToSplitIsRefused() throws IOException {
    Path few = Files.writeString(folder.resolve("few.csv"), "text,label\na,x\nb,y\n");
    assertThatThrownBy(
            () ->
                new Fit(new Cache(folder.resolve("cache")), Progress.NONE, InstantSource.system())
                    .run(
                        Fit.Options.of(backbone.toString(), few.toString()), folder.resolve("few")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the data few.csv has no examples for validation: 2 examples for training are too few"
                + " to take some from; add examples, or give a split for validation");
  }

  /** Remembers what it heard. */
  private static final class Listener implements Progress {
    private final Set<String> tasks = new LinkedHashSet<>();
    private final List<String> notes = new ArrayList<>();

    @Override
    public void at(String task, long done, long total) {
      tasks.add(task);
    }

    @Override
    public void note(String line) {
      notes.add(line);
    }
  }
}
