package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.fit.evaluation.Figures;
import dev.offramp.runtime.Gate;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.ExitCalibration;
import dev.offramp.runtime.Manifest.Group;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalibratorTest {
  private static final int CLASSES = 3;
  private static final List<Double> LEVELS = List.of(0.8, 0.95);

  @ParameterizedTest
  @CsvSource({
    "100 100 100, 0 1 2",
    "1500 60 60 500, 0 1 1 3",
    "10 20 30 500, 0 0 0 0",
    "500 10 20, 0 0 0",
    "0 0 3000, 0 0 0",
    "200 0 99 1 300 5, 0 1 1 1 4 4",
    "5 5, 0 0"
  })
  void exitsWithFewExamplesShareAGroup(String left, String first) {
    assertThat(Calibrator.merged(numbers(left))).isEqualTo(numbers(first));
  }

  private static int[] numbers(String spaced) {
    return java.util.Arrays.stream(spaced.trim().split(" ")).mapToInt(Integer::parseInt).toArray();
  }

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

  private static List<ExitCalibration> calibrated(int... left) {
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
    return new Calibrator(
            manifest(exits),
            logits.toArray(new float[0][]),
            labels.stream().mapToInt(Integer::intValue).toArray())
        .calibrate(threshold(exits));
  }

  @Test
  void groupsAreNamedByTheirExitsAndShared() {
    List<ExitCalibration> calibration = calibrated(200, 40, 70, 150);
    assertThat(calibration)
        .extracting(c -> c.gate().id())
        .containsExactly("e0", "e1-2", "e1-2", "e3");
    assertThat(calibration.get(1).gate()).isSameAs(calibration.get(2).gate());
    assertThat(calibration)
        .extracting(c -> c.gate().examples())
        .containsExactly(200, 110, 110, 150);
  }

  @Test
  void forcedGroupsHoldWhatNoGateLetGo() {
    List<ExitCalibration> calibration = calibrated(200, 40, 70, 150);
    assertThat(calibration)
        .extracting(c -> c.forced().id())
        .containsExactly("f0", "f1", "f2", "e3");
    assertThat(calibration)
        .extracting(c -> c.forced().examples())
        .containsExactly(260, 220, 150, 150);
    // Forced out while undecided: three equal probabilities, so that sets need all three labels.
    Group forced = calibration.get(0).forced();
    assertThat(forced.thresholds().get(0)).isCloseTo(2 / 3.0, within(1e-3));
  }

  @Test
  void temperatureMakesConfidenceWhatItShouldBe() {
    Group group = calibrated(300, 100).get(0).gate();
    // Scores of 4 against 0 and 0, right in nine of ten: 9/10 = e^(4/T) / (e^(4/T) + 2).
    assertThat(group.temperature()).isCloseTo(4 / Math.log(18), within(0.01));
    // A score of .1 for nine in ten, so that is the threshold up to level .9; the others have .95.
    assertThat(group.thresholds().get(0)).isCloseTo(0.1, within(1e-3));
    assertThat(group.thresholds().get(1)).isCloseTo(0.95, within(1e-3));
  }

  @Test
  void fewExamplesGetNoTemperatureAndNoMadeUpThreshold() {
    List<ExitCalibration> calibration = calibrated(300, 10, 8);
    Group forced = calibration.get(0).forced();
    assertThat(forced.examples()).isEqualTo(18);
    assertThat(forced.temperature()).isEqualTo(1);
    assertThat(forced.thresholds().get(0)).isNotNull();
    assertThat(forced.thresholds().get(1)).isNull();
    assertThat(calibration.get(1).forced().thresholds()).first().isNotNull();
  }

  @Test
  void noExamplesGiveGroupsWithoutThresholds() {
    List<ExitCalibration> calibration = calibrated(0, 0);
    assertThat(calibration.get(0).gate().thresholds()).containsOnlyNulls();
    assertThat(calibration.get(0).gate().temperature()).isEqualTo(1);
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
    OperatingPoint point = threshold(2);
    OperatingPoint calibrated =
        Draft.calibrated(point, new Calibrator(manifest, held, heldLabels).calibrate(point));
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
