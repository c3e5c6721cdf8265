package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.fit.evaluation.Figures;
import dev.offramp.runtime.Gate;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.Calibration;
import dev.offramp.runtime.Manifest.ExitCalibration;
import dev.offramp.runtime.Manifest.Group;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CalibratorTest {
  private static final int CLASSES = 3;
  private static final List<Double> LEVELS = List.of(0.8, 0.95);

  private static Manifest manifest(int exits) {
    double[] costs = new double[exits];
    List<float[]> stacking = new ArrayList<>();
    for (int l = 0; l < exits; l++) {
      costs[l] = (l + 1.0) / exits;
      stacking.add(new float[l + 1]);
      stacking.get(l)[l] = 1;
    }
    return Draft.manifest(CLASSES, costs, stacking, LEVELS, List.of(), "full");
  }

  /** Examples that leave at the exit asked for: sure there, undecided before. */
  private static float[] leaving(int at, int exits, int label) {
    float[] logits = new float[exits * CLASSES];
    for (int exit = at; exit < exits; exit++) {
      logits[exit * CLASSES + label] = 4;
    }
    return logits;
  }

  private static OperatingPoint threshold(int exits) {
    return Draft.point(
        "p1",
        null,
        java.util.Collections.nCopies(exits - 1, new Gate.Threshold(Measure.MAX_PROBABILITY, 0.9)));
  }

  private static Examples examples(int... left) {
    int exits = left.length;
    List<float[]> logits = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int exit = 0; exit < exits; exit++) {
      for (int k = 0; k < left[exit]; k++) {
        logits.add(leaving(exit, exits, k % CLASSES));
        // One in ten is wrong.
        labels.add(k % 10 == 0 ? (k + 1) % CLASSES : k % CLASSES);
      }
    }
    return new Examples(
        logits.toArray(new float[0][]),
        labels.stream().mapToInt(Integer::intValue).toArray(),
        CLASSES);
  }

  private static Calibration calibrated(Examples validation, Examples calibration, int exits) {
    return new Calibrator(manifest(exits), validation, calibration).calibrate(threshold(exits));
  }

  private static Calibration calibrated(int... left) {
    return calibrated(examples(left), examples(left), left.length);
  }

  @Test
  void groupsAreNamedByTheirExitsAndShared() {
    List<ExitCalibration> exits = calibrated(200, 40, 70, 150).exits();
    assertThat(exits).extracting(c -> c.gate().id()).containsExactly("e0", "e1-2", "e1-2", "e3");
    assertThat(exits.get(1).gate()).isSameAs(exits.get(2).gate());
    assertThat(exits).extracting(c -> c.gate().examples()).containsExactly(200, 110, 110, 150);
  }

  @Test
  void forcedGroupsHoldWhatNoGateLetGo() {
    List<ExitCalibration> exits = calibrated(200, 40, 70, 150).exits();
    assertThat(exits).extracting(c -> c.forced().id()).containsExactly("f0", "f1", "f2", "e3");
    assertThat(exits).extracting(c -> c.forced().examples()).containsExactly(260, 220, 150, 150);
    // Forced out while undecided: three equal probabilities, so that sets need all three labels.
    Group forced = exits.get(0).forced();
    assertThat(forced.thresholds().get(0)).isCloseTo(2 / 3.0, within(1e-3));
  }

  @Test
  void forcedExitWithFewExamplesSharesTheGroupOfTheExitBefore() {
    List<ExitCalibration> exits = calibrated(300, 200, 100, 30, 10).exits();
    assertThat(exits)
        .extracting(c -> c.forced().id())
        .containsExactly("f0", "f1-3", "f1-3", "f1-3", "e2-4");
    assertThat(exits.get(3).forced().examples()).isEqualTo(140);
    assertThat(exits.get(3).forced().thresholds()).doesNotContainNull();
    assertThat(exits.get(3).forced()).isSameAs(exits.get(1).forced());
  }

  @Test
  void temperatureMakesConfidenceWhatItShouldBe() {
    Group group = calibrated(300, 100).exits().get(0).gate();
    // Scores of 4 against 0 and 0, right in nine of ten: 9/10 = e^(4/T) / (e^(4/T) + 2).
    assertThat(group.temperature()).isCloseTo(4 / Math.log(18), within(0.01));
    // Sets don't know of it: nine in ten have the score of the first label at temperature 1, so
    // that
    // is the threshold up to level .9; the others have that of another label.
    double sum = Math.exp(4) + 2;
    assertThat(group.thresholds().get(0)).isCloseTo(2 / sum, within(1e-3));
    assertThat(group.thresholds().get(1)).isCloseTo(1 - 1 / sum, within(1e-3));
    // The right label is the first in nine of ten, and else comes after a mass of .9.
    assertThat(group.rapsThresholds().get(0)).isZero();
    assertThat(group.rapsThresholds().get(1)).isGreaterThan(0.89);
  }

  @Test
  void choicesAreMadeOnValidationExamplesAndThresholdsOnOthers() {
    // On validation all are right, on calibration one in ten is wrong.
    Examples validation = examples(300, 40, 200);
    for (int i = 0; i < validation.count(); i++) {
      validation.labels()[i] = (i < 300 ? i : i < 340 ? i - 300 : i - 340) % CLASSES;
    }
    Calibration calibration = calibrated(validation, examples(30, 150, 150), 3);
    assertThat(calibration.exits())
        .as("who shares a group is not for the calibration examples to say")
        .extracting(c -> c.gate().id())
        .containsExactly("e0", "e1-2", "e1-2");
    Group group = calibration.exits().get(0).gate();
    assertThat(group.examples()).isEqualTo(30);
    assertThat(group.temperature()).as("thirty are too few").isEqualTo(1);
    assertThat(group.thresholds().get(1))
        .as("wrong, and sure of it")
        .isCloseTo(1 - 1 / (Math.exp(4) + 2), within(1e-3));
  }

  @Test
  void fewExamplesGetNoTemperatureAndNoMadeUpThreshold() {
    List<ExitCalibration> exits = calibrated(300, 10, 8).exits();
    Group forced = exits.get(0).forced();
    assertThat(forced.id()).isEqualTo("f0-1");
    assertThat(forced.examples()).isEqualTo(18);
    assertThat(forced.temperature()).isEqualTo(1);
    assertThat(forced.thresholds().get(0)).isNotNull();
    assertThat(forced.thresholds().get(1)).isNull();
    assertThat(forced.rapsThresholds().get(0)).isNotNull();
    assertThat(forced.rapsThresholds().get(1)).isNull();
    assertThat(exits.get(1).forced()).isSameAs(forced);
  }

  @Test
  void thresholdsByLabelAreFromAllExitsAndNullWhereALabelIsRare() {
    // 8 and 10 examples of labels 0 and 1, none of 2; level .8 needs four, .95 nineteen.
    float[][] logits = new float[18][];
    int[] labels = new int[18];
    for (int i = 0; i < 18; i++) {
      labels[i] = i < 8 ? 0 : 1;
      logits[i] = leaving(i % 2, 2, i == 0 || i == 17 ? 2 : labels[i]);
    }
    Examples few = new Examples(logits, labels, CLASSES);
    Calibration calibration = calibrated(few, few, 2);
    assertThat(calibration.exits().get(0).gate().temperature()).isEqualTo(1);
    double sure = Math.exp(4) / (Math.exp(4) + 2);
    double other = 1 / (Math.exp(4) + 2);
    List<Double> at80 = calibration.byLabel().get(0);
    // ceil(9 x .8) = 8: the largest of eight scores, the one that is wrong.
    assertThat(at80.get(0)).isCloseTo(1 - other, within(1e-6));
    // ceil(11 x .8) = 9: the largest but one.
    assertThat(at80.get(1)).isCloseTo(1 - sure, within(1e-6));
    assertThat(at80.get(2)).isNull();
    assertThat(calibration.byLabel().get(1)).containsOnlyNulls().hasSize(3);
  }

  @Test
  void outOfScopeThresholdIsFromTheExitsTaken() {
    // All leave sure, though those that leave last were undecided before.
    Calibration calibration = calibrated(300, 100);
    double temperature = calibration.exits().get(1).gate().temperature();
    double first = 1 / (1 + 2 * Math.exp(-4 / temperature));
    double rest = (1 - first) / 2;
    double entropy = -first * Math.log(first) - 2 * rest * Math.log(rest);
    assertThat(calibration.outOfScope()).hasSize(2);
    assertThat(calibration.outOfScope().get(1)).isCloseTo(entropy / Math.log(3), within(1e-3));
    assertThat(calibrated(2, 1).outOfScope()).as("too few").containsOnlyNulls();
  }

  @Test
  void noExamplesGiveGroupsWithoutThresholds() {
    Examples none = new Examples(new float[0][], new int[0], CLASSES);
    Calibration calibration = calibrated(examples(5, 5), none, 2);
    Group group = calibration.exits().get(0).gate();
    assertThat(group.thresholds()).containsOnlyNulls();
    assertThat(group.rapsThresholds()).containsOnlyNulls();
    assertThat(group.temperature()).isEqualTo(1);
    assertThat(calibration.outOfScope()).containsOnlyNulls();
    assertThat(calibration.byLabel()).allSatisfy(level -> assertThat(level).containsOnlyNulls());
  }

  @Test
  void setsCoverNewExamplesOfTheSameKind() {
    SplittableRandom random = new SplittableRandom(8);
    Manifest manifest = manifest(2);
    float[][] held = new float[2000][];
    int[] heldLabels = new int[held.length];
    float[][] fresh = new float[4000][];
    int[] freshLabels = new int[fresh.length];
    draw(held, heldLabels, random);
    draw(fresh, freshLabels, random);
    float[][] chosen = new float[1000][];
    int[] chosenLabels = new int[chosen.length];
    draw(chosen, chosenLabels, random);
    OperatingPoint point = threshold(2);
    Calibrator calibrator =
        new Calibrator(
            manifest,
            new Examples(chosen, chosenLabels, CLASSES),
            new Examples(held, heldLabels, CLASSES));
    OperatingPoint calibrated = Draft.calibrated(point, calibrator.calibrate(point));
    for (double level : LEVELS) {
      Figures figures = Figures.of(manifest, calibrated, fresh, freshLabels, level, new float[0][]);
      double error = Math.sqrt(level * (1 - level) * (1.0 / 2000 + 1.0 / 4000));
      assertThat(figures.coverage()).isBetween(level - 3 * error, level + 3 * error);
      assertThat(figures.ece()).isLessThan(0.04);
    }
  }

  /** Overconfident by a factor of two. */
  private static void draw(float[][] logits, int[] labels, SplittableRandom random) {
    MadeUpScores first = MadeUpScores.drawn(logits.length, CLASSES, 2, random);
    for (int i = 0; i < logits.length; i++) {
      labels[i] = first.labels()[i];
      logits[i] = new float[2 * CLASSES];
      for (int c = 0; c < CLASSES; c++) {
        logits[i][c] = first.scores()[i][c];
        logits[i][CLASSES + c] = first.scores()[i][c];
      }
    }
  }
}
