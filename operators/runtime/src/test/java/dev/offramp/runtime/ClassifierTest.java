package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.schemas.Event;
import dev.offramp.schemas.ExitReason;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.PredictionSetKind;
import dev.offramp.schemas.SetCalibration;
import dev.offramp.schemas.TensorInput;
import dev.offramp.schemas.Uncertainty;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifierTest {
  @TempDir Path folder;

  @Test
  void fiveLinesClassifyTexts() throws IOException {
    TinyBundle.writeText(folder);
    Random random = new Random(1);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      texts.add(TinyBundle.text(random));
    }
    try (Classifier classifier = Classifier.open(folder)) {
      List<Prediction> predictions = classifier.classify(texts);
      assertThat(predictions).hasSize(200).doesNotContainNull();
      Set<Integer> exits =
          predictions.stream().map(p -> p.getExit().getIndex()).collect(Collectors.toSet());
      assertThat(exits).containsExactlyInAnyOrder(0, 1, 2);
      for (int i = 0; i < 200; i++) {
        check(predictions.get(i), i);
      }
    }
    assertThat(StageSession.open()).isZero();
  }

  private static void check(Prediction p, int i) {
    assertThat(p.getEventId()).isEqualTo(Integer.toString(i));
    assertThat(p.getLabel()).isEqualTo(p.getTopLabels().get(0).getLabel());
    assertThat(p.getProbability()).isBetween(0.25, 1.0);
    double sum = p.getTopLabels().stream().mapToDouble(t -> t.getProbability()).sum();
    assertThat(sum).isCloseTo(1, within(1e-5));
    assertThat(p.getUncertainty().getEntropyNats()).isBetween(0.0, Math.log(4));
    assertThat(p.getUncertainty().getOutOfScopeScore()).isBetween(0.0, 1.0);
    assertThat(p.getUncertainty().getOutOfScope())
        .isEqualTo(p.getUncertainty().getOutOfScopeScore() > 0.8);
    assertThat(p.getUncertainty().getMargin())
        .isCloseTo(
            p.getTopLabels().get(0).getProbability() - p.getTopLabels().get(1).getProbability(),
            within(1e-6));
    int exit = p.getExit().getIndex();
    assertThat(p.getExit().getOf()).isEqualTo(3);
    assertThat(p.getExit().getReason()).isEqualTo(exit == 2 ? ExitReason.FINAL : ExitReason.GATE);
    assertThat(p.getUncertainty().getGateProbability() != null).isEqualTo(exit == 1);
    assertThat(p.getCost()).isEqualTo(new double[] {0.1, 0.5, 1}[exit]);
    assertThat(p.getModel().getCalibration()).isEqualTo("e" + exit);
    assertThat(p.getUncertainty().getSetCalibration()).isEqualTo(SetCalibration.SPLIT);
    assertThat(p.getUncertainty().getSetKind()).isEqualTo(PredictionSetKind.LAC);
    Set<String> set = Set.copyOf(p.getUncertainty().getPredictionSet());
    List<Double> own = beforeTemperature(p);
    for (int r = 0; r < 4; r++) {
      assertThat(set.contains(p.getTopLabels().get(r).getLabel())).isEqualTo(1 - own.get(r) <= 0.8);
    }
    assertThat(p.getTiming().getLate()).isFalse();
    assertThat(p.getTruncated()).isFalse();
  }

  @Test
  void tooFewExamplesForTheLevelGiveEveryLabel() throws IOException {
    TinyBundle.writeText(folder);
    ServingOptions options = new ServingOptions("full", 0.99, null, null);
    try (Classifier classifier = Classifier.open(Bundle.open(folder), Device.CPU, options)) {
      Prediction p = classifier.classify(List.of("w1 w2")).get(0);
      assertThat(p.getUncertainty().getSetCalibration()).isEqualTo(SetCalibration.INSUFFICIENT);
      assertThat(p.getUncertainty().getPredictionSet())
          .containsExactlyInAnyOrderElementsOf(TinyBundle.LABELS);
      assertThat(p.getUncertainty().getOutOfScope()).isNull();
      assertThat(p.getExit().getReason()).isEqualTo(ExitReason.FINAL);
      assertThat(p.getModel().getPoint()).isEqualTo("full");
    }
  }

  @Test
  void rapsSetsHoldTheMostProbableUpToAMass() throws IOException {
    TinyBundle.writeText(folder);
    for (Prediction p : classified(SetKind.RAPS)) {
      Uncertainty u = p.getUncertainty();
      assertThat(u.getSetKind()).isEqualTo(PredictionSetKind.RAPS);
      assertThat(u.getSetCalibration()).isEqualTo(SetCalibration.SPLIT);
      // All four labels are among the top; score .9 at most, .01 for each rank from the third on.
      List<String> expected = new ArrayList<>();
      List<Double> own = beforeTemperature(p);
      double above = 0;
      for (int r = 0; r < 4; r++) {
        if (above + 0.01 * Math.max(0, r - 1) <= 0.9) {
          expected.add(p.getTopLabels().get(r).getLabel());
        }
        above += own.get(r);
      }
      assertThat(u.getPredictionSet()).isEqualTo(expected).isNotEmpty();
    }
  }

  @Test
  void classConditionalSetsAskEachLabelsThreshold() throws IOException {
    TinyBundle.writeText(folder);
    double[] thresholds = {0.6, 0.7, 0.8, 1};
    for (Prediction p : classified(SetKind.CLASS_CONDITIONAL)) {
      Uncertainty u = p.getUncertainty();
      assertThat(u.getSetKind()).isEqualTo(PredictionSetKind.CLASS_CONDITIONAL);
      assertThat(u.getSetCalibration()).isEqualTo(SetCalibration.CLASS);
      assertThat(u.getPredictionSet()).contains("west");
      List<Double> own = beforeTemperature(p);
      for (int r = 0; r < 4; r++) {
        String label = p.getTopLabels().get(r).getLabel();
        double threshold = thresholds[TinyBundle.LABELS.indexOf(label)];
        assertThat(u.getPredictionSet().contains(label)).isEqualTo(1 - own.get(r) <= threshold);
      }
    }
  }

  /** Sets are made of probabilities before the group's temperature, 1.2: all four, as they rank. */
  private static List<Double> beforeTemperature(Prediction p) {
    List<Double> powers =
        p.getTopLabels().stream().map(t -> Math.pow(t.getProbability(), 1.2)).toList();
    double sum = powers.stream().mapToDouble(Double::doubleValue).sum();
    return powers.stream().map(v -> v / sum).toList();
  }

  private List<Prediction> classified(SetKind kind) {
    Random random = new Random(2);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      texts.add(TinyBundle.text(random));
    }
    ServingOptions options = new ServingOptions(null, kind, 0.95, null, null);
    try (Classifier classifier = Classifier.open(Bundle.open(folder), Device.CPU, options)) {
      return classifier.classify(texts);
    }
  }

  @Test
  void textOverTheLimitIsCutOffAndSaysSo() throws IOException {
    TinyBundle.writeText(folder);
    try (Classifier classifier = Classifier.open(folder)) {
      String longest = "w3 ".repeat(TinyBundle.MAX_TOKENS);
      List<Prediction> p = classifier.classify(List.of(longest, longest + "w4 w5", "w3"));
      assertThat(p).extracting(Prediction::getTruncated).containsExactly(false, true, false);
      assertThat(p.get(1).getTopLabels()).isEqualTo(p.get(0).getTopLabels());
    }
  }

  @Test
  void eventPastItsDeadlineLeavesAtTheFirstExitByForce() throws IOException {
    TinyBundle.writeText(folder);
    ServingOptions options =
        new ServingOptions("full", SetKind.CLASS_CONDITIONAL, 0.95, Duration.ofMillis(5), null);
    try (Classifier classifier = Classifier.open(Bundle.open(folder), Device.CPU, options)) {
      Event old = new Event("old", "w1 w2 w3", Instant.now().minusSeconds(1), null);
      Event patient = new Event("patient", "w1 w2 w3", null, 600_000L);
      List<Prediction> p = classifier.classifyEvents(List.of(old, patient));
      assertThat(p.get(0).getExit().getReason()).isEqualTo(ExitReason.DEADLINE);
      assertThat(p.get(0).getExit().getIndex()).isZero();
      assertThat(p.get(0).getModel().getCalibration()).isEqualTo("f0");
      assertThat(p.get(0).getUncertainty().getSetCalibration()).isEqualTo(SetCalibration.FORCED);
      assertThat(p.get(0).getUncertainty().getSetKind())
          .as("by the forced group: no set of a forced event is class-conditional")
          .isEqualTo(PredictionSetKind.LAC);
      assertThat(p.get(0).getUncertainty().getOutOfScope()).isNull();
      assertThat(p.get(0).getTiming().getLate()).isTrue();
      assertThat(p.get(0).getTiming().getBudgetMillis()).isEqualTo(5);
      assertThat(p.get(1).getExit().getReason()).isEqualTo(ExitReason.FINAL);
      assertThat(p.get(1).getUncertainty().getSetCalibration()).isEqualTo(SetCalibration.CLASS);
      assertThat(p.get(1).getUncertainty().getOutOfScope()).isNotNull();
      assertThat(p.get(1).getTiming().getBudgetMillis()).isEqualTo(600_000);
      assertThat(p.get(1).getTiming().getLate()).isFalse();
    }
  }

  @Test
  void tensorsAreClassified() throws IOException {
    TinyBundle.writeTensor(folder);
    try (Classifier classifier = Classifier.open(folder)) {
      List<Event> events = new ArrayList<>();
      Random random = new Random(3);
      for (int i = 0; i < 50; i++) {
        List<Float> values = new ArrayList<>();
        for (int v = 0; v < 8; v++) {
          values.add((float) random.nextGaussian());
        }
        events.add(
            new Event("t" + i, new TensorInput("signal", List.of(2, 4), values), null, null));
      }
      List<Prediction> together = classifier.classifyEvents(events);
      for (int i = 0; i < 50; i++) {
        Prediction alone = classifier.classifyEvents(List.of(events.get(i))).get(0);
        assertThat(alone.getExit()).isEqualTo(together.get(i).getExit());
        assertThat(alone.getProbability())
            .isCloseTo(together.get(i).getProbability(), within(1e-5));
      }
    }
  }

  @Test
  void textThatCantBeReadIsNamedByItsPosition() throws IOException {
    TinyBundle.writeText(folder);
    try (Classifier classifier = Classifier.open(folder)) {
      assertThatThrownBy(() -> classifier.classify(List.of("w1", " \t")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("event 1: the text is empty or white space alone");
      assertThat(classifier.classify(List.of("w1"))).hasSize(1);
    }
  }

  @Test
  void textThatAStageFailsOnIsNamedByItsPositionWithStageAndBundle() throws IOException {
    Manifest manifest = TinyBundle.writeText(folder);
    try (Classifier classifier = Classifier.open(folder)) {
      assertThatThrownBy(() -> classifier.classify(List.of("w1", "poison", "w2")))
          .isInstanceOf(InferenceException.class)
          .hasMessageStartingWith("event 1: ")
          .hasMessageContaining("stage-0.onnx")
          .hasMessageContaining(manifest.id());
      assertThat(classifier.classify(List.of("w1", "w2"))).doesNotContainNull();
    }
  }

  @Test
  void unknownPointAndLevelNameThoseThereAre() throws IOException {
    TinyBundle.writeText(folder);
    Bundle bundle = Bundle.open(folder);
    assertThatThrownBy(
            () -> Classifier.open(bundle, Device.CPU, new ServingOptions("fast", .95, null, null)))
        .hasMessageContaining("no operating point 'fast'")
        .hasMessageContaining("[half, shares, full]");
    assertThatThrownBy(
            () -> Classifier.open(bundle, Device.CPU, new ServingOptions(null, .8, null, null)))
        .hasMessageContaining("0.8")
        .hasMessageContaining("[0.9, 0.95, 0.99]");
    assertThat(StageSession.open()).isZero();
  }
}
