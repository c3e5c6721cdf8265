package dev.offramp.fit.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offramp.runtime.Gate;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.Calibration;
import dev.offramp.runtime.Manifest.ExitCalibration;
import dev.offramp.runtime.Manifest.Group;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Manifest.Raps;
import dev.offramp.runtime.Manifest.Rule;
import dev.offramp.runtime.Manifest.Stage;
import dev.offramp.runtime.Measure;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {
  private static final float[][] NONE = {};

  private final Manifest manifest =
      new Manifest(
          Manifest.FORMAT_VERSION,
          "",
          "three exits",
          List.of("a", "b", "c"),
          null,
          List.of(stage(0.25), stage(0.5), stage(1)),
          List.of(new float[] {1}, new float[] {0, 1}, new float[] {0, 0, 1}),
          null,
          List.of(0.9),
          List.of(),
          "p1",
          true,
          null);

  private static Stage stage(double cost) {
    return new Stage("", "", 0, cost, List.of(), List.of(), "logits");
  }

  private static OperatingPoint point(Double threshold) {
    Gate gate = new Gate.Threshold(Measure.MAX_PROBABILITY, 0.8);
    List<Double> thresholds = Arrays.asList(threshold);
    Group group = new Group("e0-2", 1, 500, thresholds, thresholds);
    ExitCalibration calibration = new ExitCalibration(group, group);
    return new OperatingPoint(
        "p1",
        null,
        Rule.INDEPENDENT,
        List.of(gate, gate),
        null,
        new Calibration(
            List.of(calibration, calibration, calibration),
            List.of(List.of(0.5, 0.5, 0.5)),
            thresholds,
            new Raps(0.01, 1)));
  }

  /** Logits that give a label a probability at each exit; the other two share the rest. */
  private static float[] logits(int label, double... probabilities) {
    float[] logits = new float[9];
    for (int exit = 0; exit < 3; exit++) {
      double p = probabilities[exit];
      logits[exit * 3 + label] = (float) Math.log(p / ((1 - p) / 2));
    }
    return logits;
  }

  private final float[][] logits = {
    logits(0, 0.9, 0.9, 0.9), // leaves at 0, right
    logits(1, 0.85, 0.1, 0.1), // leaves at 0, wrong; the last exit would have said 0, right
    logits(2, 0.5, 0.6, 0.7), // leaves at 2, right
    logits(2, 0.5, 0.6, 0.95) // leaves at 2, wrong
  };
  private final int[] labels = {0, 0, 2, 1};

  @Test
  void figuresOfACaseCountedByHand() {
    Figures f = Figures.of(manifest, point(0.6), logits, labels, 0.9, NONE);
    assertThat(f.accuracy()).isEqualTo(0.5);
    assertThat(f.fullDepthAccuracy()).isEqualTo(0.75);
    assertThat(f.meanCost()).isEqualTo((2 * 0.25 + 2) / 4);
    assertThat(f.exits())
        .containsExactly(
            new Figures.ExitFigures(0, 0.5, 0.5),
            new Figures.ExitFigures(1, 0, null),
            new Figures.ExitFigures(2, 0.5, 0.5));
    assertThat(f.confidenceLevel()).isEqualTo(0.9);
    // A label is in with a probability of .4 or more: each set is the answer alone.
    assertThat(f.coverage()).isEqualTo(0.5);
    assertThat(f.meanSetSize()).isEqualTo(1);
    assertThat(f.ece()).isCloseTo((0.1 + 0.85 + 0.3 + 0.95) / 4, within(1e-6));
    assertThat(f.outOfScopeAuroc()).isNull();
  }

  @Test
  void withoutThresholdTheSetIsEveryLabel() {
    Figures f = Figures.of(manifest, point(null), logits, labels, 0.9, NONE);
    assertThat(f.coverage()).isEqualTo(1);
    assertThat(f.meanSetSize()).isEqualTo(3);
  }

  @Test
  void undecidedExamplesLookOutOfScope() {
    float[][] outside = {logits(0, 0.4, 0.4, 0.4), logits(0, 0.99, 0.4, 0.4)};
    Figures f = Figures.of(manifest, point(0.6), logits, labels, 0.9, outside);
    // The first is less sure than all four, the second surer than all four.
    assertThat(f.outOfScopeAuroc()).isEqualTo(0.5);
  }

  @Test
  void jsonHasTheNamesOfTheReports() {
    JsonNode json =
        new ObjectMapper().valueToTree(Figures.of(manifest, point(0.6), logits, labels, 0.9, NONE));
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly(
            "accuracy",
            "fullDepthAccuracy",
            "meanCost",
            "exits",
            "confidenceLevel",
            "coverage",
            "meanSetSize",
            "ece",
            "outOfScopeAuroc");
    assertThat(json.get("exits").get(1).fieldNames())
        .toIterable()
        .containsExactly("index", "share", "accuracy");
    assertThat(json.get("exits").get(1).get("accuracy").isNull()).isTrue();
    assertThat(json.toString()).doesNotContain("NaN");
  }

  @Test
  void judgingNothingIsRefused() {
    assertThatThrownBy(() -> Figures.of(manifest, point(0.6), NONE, new int[0], 0.9, NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 examples");
    assertThatThrownBy(() -> Figures.of(manifest, point(0.6), logits, labels, 0.5, NONE))
        .hasMessageContaining("0.5");
  }
}
