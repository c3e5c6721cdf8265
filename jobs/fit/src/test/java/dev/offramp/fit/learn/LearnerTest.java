package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.fit.evaluation.Figures;
import dev.offramp.fit.work.Progress;
import dev.offramp.runtime.Gate;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Measure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LearnerTest {
  private static final int WIDTH = 24;
  private static final int CLASSES = 8;
  private static final double[] SEPARATION = {2, 3, 4.5, 6};
  private static final double[] COSTS = {0.02, 0.35, 0.67, 1};
  private static final Recipe RECIPE =
      Recipe.standard().with(new Recipe.Heads(32, 0.2, 5e-3, 0.1, 64, 8, 3, 3));

  private final MadeUpFeatures train = made(1500, 2);
  private final MadeUpFeatures validation = made(1000, 3);
  private final MadeUpFeatures calibration = made(1500, 4);

  private static MadeUpFeatures made(int n, long seed) {
    return new MadeUpFeatures(n, WIDTH, CLASSES, SEPARATION, 1, seed);
  }

  private Learned learn(Recipe recipe, Progress progress) {
    return Learner.learn(
        new Split(train, train.labels),
        new Split(validation, validation.labels),
        new Split(calibration, calibration.labels),
        COSTS,
        CLASSES,
        recipe,
        progress);
  }

  private static Manifest manifest(Learned learned) {
    return Draft.foreseeing(
        Draft.manifest(
            CLASSES,
            COSTS,
            learned.stacking(),
            learned.levels(),
            learned.points(),
            learned.defaultPoint()),
        learned.foresight());
  }

  @Test
  void defaultPointIsNearlyAsAccurateAsFullDepthAtAFractionOfItsCost() {
    Learned learned = learn(RECIPE, (task, done, total) -> {});
    Manifest manifest = manifest(learned);
    MadeUpFeatures test = made(4000, 5);
    float[][] logits = Heads.logits(learned.heads(), test);
    OperatingPoint point = manifest.point(learned.defaultPoint());
    Figures f = Figures.of(manifest, point, logits, test.labels, 0.95, new float[0][]);
    assertThat(f.fullDepthAccuracy()).isGreaterThan(0.95);
    assertThat(f.accuracy()).isGreaterThan(f.fullDepthAccuracy() - 0.01);
    assertThat(f.meanCost()).isLessThan(0.7);
    assertThat(f.exits().get(0).share()).isGreaterThan(0.05);
    assertThat(f.ece()).isLessThan(0.025);
    for (OperatingPoint p : manifest.points()) {
      Figures at = Figures.of(manifest, p, logits, test.labels, 0.95, new float[0][]);
      // Three standard errors, of calibration and test together.
      double error = Math.sqrt(0.95 * 0.05 * (1.0 / 1500 + 1.0 / 4000));
      assertThat(at.coverage()).as(p.name()).isBetween(0.95 - 3 * error, 0.95 + 3 * error);
      assertThat(at.ece()).as(p.name()).isLessThan(0.04);
      assertThat(at.meanCost())
          .as(p.name())
          .isCloseTo(p.expected().cost(), org.assertj.core.api.Assertions.within(0.04));
    }
  }

  @Test
  void pointsGoUpInCostToFullDepth() {
    Learned learned = learn(RECIPE, (task, done, total) -> {});
    List<OperatingPoint> points = learned.points();
    assertThat(points).hasSizeBetween(4, 12);
    for (int k = 0; k < points.size() - 1; k++) {
      assertThat(points.get(k).name()).isEqualTo("p" + (k + 1));
      assertThat(points.get(k).expected().cost()).isLessThan(points.get(k + 1).expected().cost());
    }
    for (OperatingPoint p : points) {
      assertThat(p.gates()).hasSize(3);
      assertThat(p.calibration().exits()).hasSize(4);
      assertThat(p.expected().exitShares().stream().mapToDouble(Double::doubleValue).sum())
          .isCloseTo(1, org.assertj.core.api.Assertions.within(1e-9));
    }
    OperatingPoint full = points.get(points.size() - 1);
    assertThat(full.name()).isEqualTo("full");
    assertThat(full.expected().exitShares()).containsExactly(0.0, 0.0, 0.0, 1.0);
    assertThat(points).extracting(OperatingPoint::name).contains(learned.defaultPoint());
  }

  @Test
  void sameSeedGivesTheSameOutcome() {
    Learned one = learn(RECIPE, (task, done, total) -> {});
    Learned two = learn(RECIPE, (task, done, total) -> {});
    assertThat(one.points()).isEqualTo(two.points());
    assertThat(one.stacking().toArray(new float[0][]))
        .isDeepEqualTo(two.stacking().toArray(new float[0][]));
  }

  @ParameterizedTest
  @EnumSource
  void eachKindOfGateGivesPointsOfItsKind(GateKind kind) {
    Learned learned = learn(RECIPE.with(kind), (task, done, total) -> {});
    List<OperatingPoint> early = learned.points().subList(0, learned.points().size() - 1);
    assertThat(early).hasSizeGreaterThanOrEqualTo(kind == GateKind.PATIENCE ? 1 : 4);
    for (OperatingPoint p : early) {
      for (Gate gate : p.gates()) {
        switch (kind) {
          case MAX_PROBABILITY -> assertThat(measure(gate)).isEqualTo(Measure.MAX_PROBABILITY);
          case ENTROPY -> assertThat(measure(gate)).isEqualTo(Measure.ENTROPY);
          case MARGIN -> assertThat(measure(gate)).isEqualTo(Measure.MARGIN);
          case PATIENCE -> assertThat(measure(gate)).isEqualTo(Measure.RUN);
          case JEI -> {
            assertThat(gate).isInstanceOf(Gate.Linear.class);
            assertThat(p.lambda()).isPositive();
          }
          case PAPER -> {
            assertThat(((Gate.Linear) gate).weights().keySet())
                .containsExactlyElementsOf(PaperGates.MEASURES);
            assertThat(p.rule()).isEqualTo(Manifest.Rule.SHARED_UNIT);
            assertThat(p.lambda()).isPositive();
          }
          case FORESIGHT -> {
            assertThat(gate).isInstanceOf(Gate.Foreseeing.class);
            assertThat(learned.foresight()).hasSize(3);
          }
          case BEST -> assertThat(gate).isNotInstanceOf(Gate.Threshold.class);
        }
      }
    }
  }

  private static Measure measure(Gate gate) {
    return ((Gate.Threshold) gate).measure();
  }

  @Test
  void progressOfEveryTaskComesToItsEnd() {
    List<String> tasks = new ArrayList<>();
    learn(
        RECIPE,
        (task, done, total) -> {
          assertThat(done).isBetween(1L, total);
          if (done == total) {
            tasks.add(task);
          }
        });
    assertThat(tasks)
        .containsExactly(
            "learning heads",
            "stacking exits",
            "learning gates",
            "learning foresight",
            "trying foresight",
            "learning the paper's gates",
            "calibrating points");
  }

  @Test
  void paperGivesOnePointOfItsLambdaAndFullDepth() {
    List<String> tasks = new ArrayList<>();
    Learned learned =
        learn(
            Recipe.paper(0.3),
            (task, done, total) -> {
              if (done == total) {
                tasks.add(task);
              }
            });
    assertThat(tasks)
        .containsExactly("warming heads up", "learning heads and gates", "calibrating points");
    assertThat(learned.points()).extracting(OperatingPoint::name).containsExactly("p1", "full");
    assertThat(learned.defaultPoint()).isEqualTo("p1");
    assertThat(learned.heads()).allMatch(Head::linear);
    assertThat(learned.stacking().get(2)).containsExactly(0, 0, 1);
    OperatingPoint p = learned.points().get(0);
    assertThat(p.lambda()).isEqualTo(0.3);
    assertThat(p.rule()).isEqualTo(Manifest.Rule.SHARED_UNIT);
    assertThat(p.calibration().exits()).hasSize(4);
    MadeUpFeatures test = made(4000, 5);
    float[][] logits = Heads.logits(learned.heads(), test);
    Figures f = Figures.of(manifest(learned), p, logits, test.labels, 0.95, new float[0][]);
    assertThat(f.accuracy()).isGreaterThan(0.85);
    assertThat(f.meanCost())
        .isCloseTo(p.expected().cost(), org.assertj.core.api.Assertions.within(0.04))
        .isLessThan(0.8);
    double error = Math.sqrt(0.95 * 0.05 * (1.0 / 1500 + 1.0 / 4000));
    assertThat(f.coverage()).isBetween(0.95 - 3 * error, 0.95 + 3 * error);
  }

  @Test
  void learningThatWasCutOffGoesOnToTheSameOutcome(@TempDir Path folder) {
    HeadStore store = new HeadFolder(folder);
    Progress breaking =
        (task, done, total) -> {
          if (task.equals("learning heads") && done > total / 2) {
            throw new IllegalStateException("cut off");
          }
        };
    assertThatThrownBy(() -> learn(RECIPE, store, breaking)).hasMessage("cut off");
    assertThat(folder.toFile().list()).hasSizeBetween(1, 12);

    Learned resumed = learn(RECIPE.with(GateKind.JEI), store, Progress.NONE);

    assertThat(folder.toFile().list()).hasSize(16);
    Learned whole = learn(RECIPE.with(GateKind.JEI), HeadStore.NONE, Progress.NONE);
    assertThat(resumed).usingRecursiveComparison().isEqualTo(whole);
  }

  @Test
  void progressSaysHowGoodHeadsAndGatesAre() {
    Map<String, List<String>> details = new HashMap<>();
    learn(
        RECIPE,
        new Progress() {
          @Override
          public void at(String task, long done, long total) {}

          @Override
          public void at(String task, long done, long total, String detail) {
            details.computeIfAbsent(task, t -> new ArrayList<>()).add(detail);
          }
        });
    assertThat(details.get("learning heads"))
        .allMatch(d -> d.matches("exit [0-3]: held-out loss \\d\\.\\d\\d, accuracy \\d\\d\\.\\d %"))
        .anyMatch(d -> d.startsWith("exit 0"))
        .anyMatch(d -> d.startsWith("exit 3"));
    // The mean accuracy of the last exit is past 95 %.
    assertThat(details.get("learning gates"))
        .hasSize(18)
        .allMatch(
            d ->
                d.matches(
                    "lambda [0-9.e-]+: held-out accuracy 9\\d\\.\\d % at cost [01]\\.\\d\\d"));
  }

  private Learned learn(Recipe recipe, HeadStore store, Progress progress) {
    return Learner.learn(
        new Split(train, train.labels),
        new Split(validation, validation.labels),
        new Split(calibration, calibration.labels),
        COSTS,
        CLASSES,
        recipe,
        store,
        progress);
  }

  @Test
  void fewExamplesGiveFullDepthAlone() {
    List<String> notes = new ArrayList<>();

    Learned learned = learn(made(9, 2), made(1, 3), made(2, 4), RECIPE, notes);

    assertThat(learned.points()).extracting(OperatingPoint::name).containsExactly("full");
    assertThat(learned.defaultPoint()).isEqualTo("full");
    assertThat(notes)
        .containsExactly(
            "no early exit: accuracy is judged on 10 different examples that the heads have not"
                + " learned, and it takes 100; the bundle has the point 'full' alone; give more"
                + " labelled examples",
            "prediction sets at levels [0.8, 0.9, 0.95, 0.99] hold every label: the highest needs"
                + " 99 calibration examples, and there are 2");
    assertThat(learned.points().get(0).calibration().exits())
        .allMatch(e -> e.gate().temperature() == 1);
  }

  @Test
  void temperatureOfFewExamplesIsNotFollowed() {
    Learned learned = learn(made(9, 2), made(1, 3), made(2, 4), RECIPE, new ArrayList<>());

    MadeUpFeatures test = made(1000, 5);
    float[][] logits = Heads.logits(learned.heads(), test);
    OperatingPoint full = learned.points().get(learned.points().size() - 1);
    Figures f = Figures.of(manifest(learned), full, logits, test.labels, 0.8, new float[0][]);
    assertThat(f.ece()).isLessThan(0.35);
  }

  @Test
  void goalThatExamplesCannotShowGivesFullDepthByDefault() {
    List<String> notes = new ArrayList<>();

    Learned learned = learn(made(120, 2), made(40, 3), made(300, 4), RECIPE, notes);

    assertThat(learned.points()).hasSizeGreaterThan(1);
    assertThat(learned.defaultPoint()).isEqualTo("full");
    assertThat(notes)
        .containsExactly(
            "the default point is 'full': whether another loses at most 0.5 points of accuracy is"
                + " judged on 160 different examples that the heads have not learned, and it takes"
                + " 200; give more labelled examples, or allow a larger loss");
    assertThat(
            learn(
                    made(120, 2),
                    made(40, 3),
                    made(300, 4),
                    RECIPE.with(new Goal.AccuracyLoss(0.1)),
                    new ArrayList<>())
                .defaultPoint())
        .isNotEqualTo("full");
  }

  @Test
  void copiesDoNotMakeExamplesMore() {
    int[] rows = new int[900];
    Arrays.setAll(rows, i -> i % 9);
    MadeUpFeatures few = made(9, 2);
    int[] labels = Arrays.stream(rows).map(i -> few.labels[i]).toArray();
    MadeUpFeatures one = made(1, 3);

    Learned learned =
        Learner.learn(
            new Split(few.picked(rows), labels, rows),
            new Split(one, one.labels),
            new Split(calibration, calibration.labels),
            COSTS,
            CLASSES,
            RECIPE,
            Progress.NONE);

    assertThat(learned.points()).extracting(OperatingPoint::name).containsExactly("full");
  }

  private Learned learn(
      MadeUpFeatures train,
      MadeUpFeatures validation,
      MadeUpFeatures calibration,
      Recipe recipe,
      List<String> notes) {
    return Learner.learn(
        new Split(train, train.labels),
        new Split(validation, validation.labels),
        new Split(calibration, calibration.labels),
        COSTS,
        CLASSES,
        recipe,
        new Progress() {
          @Override
          public void at(String task, long done, long total) {}

          @Override
          public void note(String line) {
            notes.add(line);
          }
        });
  }

  @Test
  void oneExitIsFullDepthAlone() {
    MadeUpFeatures only = new MadeUpFeatures(300, 6, 3, new double[] {3}, 1, 2);
    Learned learned =
        Learner.learn(
            new Split(only, only.labels),
            new Split(only, only.labels),
            new Split(only, only.labels),
            new double[] {1},
            3,
            RECIPE,
            (task, done, total) -> {});
    assertThat(learned.points()).extracting(OperatingPoint::name).containsExactly("full");
    assertThat(learned.defaultPoint()).isEqualTo("full");
    learned =
        Learner.learn(
            new Split(only, only.labels),
            new Split(only, only.labels),
            new Split(only, only.labels),
            new double[] {1},
            3,
            Recipe.paper(0.1),
            (task, done, total) -> {});
    assertThat(learned.points()).extracting(OperatingPoint::name).containsExactly("full");
  }

  @Test
  void examplesThatDoNotFitAreRefusedWithTheirPlace() {
    assertThatThrownBy(() -> learn(new int[] {0, 1}, COSTS))
        .hasMessageContaining("training")
        .hasMessageContaining("2 labels");
    int[] wrong = train.labels.clone();
    wrong[7] = CLASSES;
    assertThatThrownBy(() -> learn(wrong, COSTS)).hasMessageContaining("8 at example 7");
    assertThatThrownBy(() -> learn(train.labels, new double[] {0, 0.5, 0.4, 1}))
        .hasMessageContaining("never fall");
    assertThatThrownBy(() -> learn(train.labels, new double[] {0, 0.2, 0.4, 0.9}))
        .hasMessageContaining("last exit's cost");
  }

  private void learn(int[] labels, double[] costs) {
    Learner.learn(
        new Split(train, labels),
        new Split(validation, validation.labels),
        new Split(calibration, calibration.labels),
        costs,
        CLASSES,
        RECIPE,
        (task, done, total) -> {});
  }
}
