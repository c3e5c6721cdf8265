package dev.offramp.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.fit.data.Backbone;
import dev.offramp.fit.data.Cache;
import dev.offramp.fit.data.Columns;
import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Example;
import dev.offramp.fit.data.Hash;
import dev.offramp.fit.data.Tensor;
import dev.offramp.fit.evaluation.Evaluation;
import dev.offramp.fit.evaluation.Figures;
import dev.offramp.fit.graph.Cuts;
import dev.offramp.fit.graph.FeatureStore;
import dev.offramp.fit.graph.GraphBuilder;
import dev.offramp.fit.graph.OnnxGraph;
import dev.offramp.fit.graph.Stages;
import dev.offramp.fit.graph.TextRules;
import dev.offramp.fit.learn.Features;
import dev.offramp.fit.learn.Learner;
import dev.offramp.fit.learn.Recipe;
import dev.offramp.fit.learn.Split;
import dev.offramp.fit.work.Progress;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Classifier;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.TensorInput;
import dev.offramp.runtime.ServingOptions;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.Prediction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A bundle learned from images: in which quarter of the picture is the spot? A small convolutional
 * network with made-up weights sees it everywhere alike, so only its place tells.
 */
class FitTensorsTest {
  private static final int SIDE = 14;
  private static final int QUARTERS = 4;
  private static final Recipe RECIPE =
      Recipe.standard().with(new Recipe.Heads(64, 0.4, 4e-3, 0.2, 32, 12, 3, 3));

  @TempDir static Path folder;
  private static Path model;
  private static Dataset data;
  private static Fit.Result result;

  @BeforeAll
  static void learn() throws IOException {
    GraphBuilder builder = firstLayer();
    builder.conv("b", "first", 4, 6, 1, 2, 1).node("Relu", "second", "b");
    builder.conv("c", "second", 6, 8, 1, 2, 1).node("Relu", "third", "c").output("third", 8, 4, 4);
    model = Files.write(folder.resolve("spots.onnx"), builder.bytes());
    Random chance = new Random(1);
    data =
        new Dataset(
            "spots",
            List.of("north-west", "north-east", "south-west", "south-east"),
            spots(chance, 400),
            spots(chance, 200),
            spots(chance, 300),
            spots(chance, 400),
            List.of());
    result = fit(data, folder.resolve("bundle"));
  }

  private static Fit.Result fit(Dataset data, Path output) {
    return fit(data, Fit.Options.EVERY_LAYER, List.of(), output);
  }

  private static Fit.Result fit(Dataset data, int stages, List<String> cuts, Path output) {
    Fit.Options options =
        new Fit.Options(model.toString(), null, Columns.DEFAULT, 0, stages, cuts, 128, RECIPE);
    return new Fit(new Cache(folder.resolve("cache")), Progress.NONE, InstantSource.system())
        .run(options, data, output);
  }

  /**
   * More or less noise, and a bright spot in one quarter, never at the border, where padding would
   * tell.
   */
  private static List<Example> spots(Random chance, int count) {
    List<Example> spots = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] pixels = new float[SIDE * SIDE];
      float noise = 0.3f + 1.2f * chance.nextFloat();
      for (int p = 0; p < pixels.length; p++) {
        pixels[p] = (float) chance.nextGaussian() * noise;
      }
      int label = chance.nextInt(QUARTERS);
      int y = 2 + chance.nextInt(3) + label / 2 * 6;
      int x = 2 + chance.nextInt(3) + label % 2 * 6;
      for (int p : new int[] {y * SIDE + x, y * SIDE + x + 1, (y + 1) * SIDE + x}) {
        pixels[p] += 3;
      }
      spots.add(new Example(new Tensor(List.of(1, SIDE, SIDE), pixels), label));
    }
    return spots;
  }

  @Test
  void stagesReproduceTheBackboneAndTheBundleOpens() {
    Manifest m = Bundle.open(folder.resolve("bundle")).manifest();

    assertThat(m).usingRecursiveComparison().isEqualTo(result.manifest());
    assertThat(result.reproduction()).isBetween(0.0, 1e-5);
    assertThat(m.input()).isEqualTo(new TensorInput("x", List.of(1, SIDE, SIDE)));
    assertThat(m.stages()).hasSize(3);
    assertThat(m.stages().get(0).gives())
        .containsExactly(new Manifest.Tensor("hidden-0", List.of(4, SIDE, SIDE)));
    assertThat(folder.resolve("bundle/tokenizer.json")).doesNotExist();
  }

  @Test
  void placeIsLearnedFromTheGridAndNotFromGlobalMeansAndMaxima() throws IOException {
    GraphBuilder grid = firstLayer().output("first", 4, SIDE, SIDE);
    GraphBuilder global =
        firstLayer()
            .node("GlobalAveragePool", "mean", "first")
            .node("GlobalMaxPool", "max", "first")
            .concat("both", "mean", "max")
            .output("both", 8, 1, 1);
    Figures figures = evaluation().figures();

    assertThat(figures.fullDepthAccuracy()).isGreaterThan(0.88);
    assertThat(figures.accuracy()).isGreaterThan(0.88);
    assertThat(accuracyOnTest("grid", grid)).isGreaterThan(0.88);
    assertThat(accuracyOnTest("global", global)).as("chance is .25").isLessThan(0.35);
  }

  @Test
  void whatServesIsWhatWasJudgedAtEveryPoint() {
    Bundle bundle = Bundle.open(folder.resolve("bundle"));
    Evaluation evaluation = evaluation();
    List<Event> events = data.test().stream().map(FitTensorsTest::event).toList();

    assertThat(evaluation.points()).hasSameSizeAs(bundle.manifest().points());
    for (Evaluation.PointFigures point : evaluation.points()) {
      int right = 0;
      double cost = 0;
      ServingOptions options = new ServingOptions(point.name(), 0.95, null, null);
      try (Classifier classifier = Classifier.open(bundle, Device.CPU, options)) {
        List<Prediction> served = classifier.classifyEvents(events);
        for (int i = 0; i < served.size(); i++) {
          String label = data.labels().get(data.test().get(i).label());
          right += served.get(i).getLabel().equals(label) ? 1 : 0;
          cost += served.get(i).getCost();
        }
      }
      assertThat(right / (double) events.size()).as(point.name()).isEqualTo(point.accuracy());
      assertThat(cost / events.size()).isCloseTo(point.meanCost(), within(1e-9));
    }
    assertThat(evaluation.points()).extracting(p -> p.meanCost()).contains(1.0);
    assertThat(evaluation.points().get(0).meanCost()).isLessThan(0.5);
  }

  private static Event event(Example example) {
    List<Float> values = new ArrayList<>();
    for (float pixel : example.tensor().values()) {
      values.add(pixel);
    }
    return new Event(
        "e", new dev.offramp.schemas.TensorInput("x", List.of(1, SIDE, SIDE), values), null, null);
  }

  @Test
  void sameImagesAndSeedGiveTheSameBundleAndOthersAnother() {
    List<Example> train = new ArrayList<>(data.train());
    float[] pixels = train.get(0).tensor().values().clone();
    pixels[100] += 0.5f;
    train.set(0, new Example(new Tensor(List.of(1, SIDE, SIDE), pixels), train.get(0).label()));
    Dataset other =
        new Dataset(
            data.name(),
            data.labels(),
            train,
            data.validation(),
            data.calibration(),
            data.test(),
            data.outOfScope());

    assertThat(fit(data, folder.resolve("again")).manifest().id())
        .isEqualTo(result.manifest().id());
    assertThat(fit(other, folder.resolve("other")).manifest().provenance().dataSha256())
        .isNotEqualTo(result.manifest().provenance().dataSha256());
  }

  @Test
  void fewerExitsServeToo() {
    Manifest m = fit(data, 2, List.of(), folder.resolve("two")).manifest();

    assertThat(m.exits()).isBetween(1, 2);
    assertThat(m.stages().get(m.exits() - 1).cost()).isEqualTo(1);
    assertThat(m.point("full").expected().accuracy()).isGreaterThan(0.85);
  }

  @Test
  void cutsThatAreNamedAreNotChosenFrom() {
    Manifest m = fit(data, 0, List.of("second"), folder.resolve("at-second")).manifest();

    assertThat(m.stages()).hasSize(2);
    assertThat(m.stages().get(0).gives())
        .containsExactly(new Manifest.Tensor("hidden-0", List.of(6, SIDE / 2, SIDE / 2)));
  }

  @Test
  void textsForANetworkOfTensorsAreRefused() {
    List<Example> texts = List.of(new Example("a spot in the north", 0));
    Dataset wrong = new Dataset("words", data.labels(), texts, texts, texts, texts, List.of());

    assertThatThrownBy(() -> fit(wrong, folder.resolve("wrong")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the backbone spots reads the tensor 'x' of shape [1, 14, 14]: training example 0 of"
                + " words is a text");
    Bundle bundle = Bundle.open(folder.resolve("bundle"));
    assertThatThrownBy(() -> Evaluation.of(bundle, Device.CPU, wrong, null, 0.95, Progress.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("example 0 can't be read: the bundle reads a tensor, the event holds a text");
  }

  private static Evaluation evaluation() {
    Bundle bundle = Bundle.open(folder.resolve("bundle"));
    return Evaluation.of(bundle, Device.CPU, data, null, 0.95, Progress.NONE);
  }

  private static GraphBuilder firstLayer() {
    return new GraphBuilder(13)
        .image(1, SIDE, SIDE)
        .conv("a", "x", 1, 4, 1, 1, 1)
        .node("Relu", "first", "a");
  }

  /** Of a head on the pooled output of a network. */
  private static double accuracyOnTest(String name, GraphBuilder network) throws IOException {
    Path file = Files.write(folder.resolve(name + ".onnx"), network.bytes());
    Cuts cuts = Cuts.of(OnnxGraph.read(file));
    Stages whole = new Stages(cuts, List.of(cuts.output()));
    List<Example> all = new ArrayList<>(data.train());
    all.addAll(data.test());
    Features features =
        new FeatureStore(new Cache(folder.resolve("cache")), Progress.NONE)
            .of(
                new Backbone(name, file, null, Hash.of(file), null),
                whole.exits(),
                whole::features,
                TextRules.upTo(128),
                all);
    Features test = features.part(data.train().size(), data.test().size());
    int[] labels = data.test().stream().mapToInt(Example::label).toArray();
    return Learner.learn(
            new Split(
                features.part(0, data.train().size()),
                data.train().stream().mapToInt(Example::label).toArray()),
            new Split(test, labels),
            new Split(test, labels),
            new double[] {1},
            QUARTERS,
            RECIPE,
            Progress.NONE)
        .points()
        .get(0)
        .expected()
        .accuracy();
  }
}
