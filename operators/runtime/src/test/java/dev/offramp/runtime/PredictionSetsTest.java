package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.runtime.Manifest.Calibration;
import dev.offramp.runtime.Manifest.ExitCalibration;
import dev.offramp.runtime.Manifest.Group;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Manifest.Raps;
import dev.offramp.runtime.Manifest.Rule;
import dev.offramp.runtime.Manifest.Stage;
import dev.offramp.schemas.SetCalibration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PredictionSetsTest {
  private static final List<Double> LEVELS = List.of(0.8, 0.9, 0.99);
  private static final List<Double> NONE = Arrays.asList(null, null, null);

  private static Group group(List<Double> lac, List<Double> raps) {
    return new Group("g", 1, 50, lac, raps);
  }

  private static PredictionSets sets(
      SetKind kind, double level, int classes, List<List<Double>> byLabel, Raps raps) {
    List<String> labels = IntStream.range(0, classes).mapToObj(c -> "l" + c).toList();
    Group none = group(NONE, NONE);
    OperatingPoint point =
        new OperatingPoint(
            "p",
            null,
            Rule.INDEPENDENT,
            List.of(),
            null,
            new Calibration(List.of(new ExitCalibration(none, none)), byLabel, NONE, raps));
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT_VERSION,
            "",
            "m",
            labels,
            null,
            List.of(new Stage("s", "0", 1, 1, List.of(), List.of(), "logits")),
            List.of(new float[] {1}),
            null,
            LEVELS,
            List.of(point),
            "p",
            true,
            null);
    return PredictionSets.of(manifest, point, kind, level);
  }

  private static final List<List<Double>> BY_LABEL =
      List.of(
          List.of(0.5, 0.5, 0.5, 0.5),
          Arrays.asList(0.5, 0.9, null, 0.8),
          List.of(1.0, 1., 1., 1.));

  private static PredictionSets sets(SetKind kind, double level) {
    return sets(kind, level, 4, BY_LABEL, new Raps(0.125, 1));
  }

  @Test
  void lacTakesInLabelsWhoseScoreIsAtMostTheThreshold() {
    Group group = group(Arrays.asList(0.5, 0.75, null), NONE);
    float[] p = {0.25f, 0.5f, 0.125f, 0.125f};
    assertThat(sets(SetKind.LAC, 0.8).members(group, false, p))
        .containsExactly(false, true, false, false);
    assertThat(sets(SetKind.LAC, 0.9).members(group, false, p))
        .containsExactly(true, true, false, false);
    assertThat(sets(SetKind.LAC, 0.99).members(group, false, p)).containsOnly(true);
    assertThat(sets(SetKind.LAC, 0.8).members(group, false, new float[] {.25f, .25f, .25f, .25f}))
        .as("nothing plausible")
        .containsOnly(false);
  }

  @Test
  void rapsTakesInRanksUntilMassAndPenaltyPassTheThreshold() {
    // By rank: scores 0; .5 + .125; .75 + .25; .875 + .375.
    float[] p = {0.25f, 0.5f, 0.125f, 0.125f};
    assertThat(sets(SetKind.RAPS, 0.8).members(group(NONE, List.of(0.6, 1.0, 1.3)), false, p))
        .containsExactly(false, true, false, false);
    assertThat(sets(SetKind.RAPS, 0.9).members(group(NONE, List.of(0.6, 1.0, 1.3)), false, p))
        .containsExactly(true, true, true, false);
    assertThat(sets(SetKind.RAPS, 0.99).members(group(NONE, List.of(0.6, 1.0, 1.3)), false, p))
        .containsOnly(true);
    assertThat(sets(SetKind.RAPS, 0.8).members(group(NONE, List.of(0.0, 0.0, 0.0)), false, p))
        .as("the first label scores 0")
        .containsExactly(false, true, false, false);
    assertThat(sets(SetKind.RAPS, 0.99).members(group(NONE, NONE), false, p)).containsOnly(true);
  }

  @Test
  void rapsPenaltySparesTheFreeRanks() {
    Raps raps = new Raps(0.1, 2);
    assertThat(raps.score(0, 0)).isZero();
    assertThat(raps.score(1, 0.5)).isEqualTo(0.5);
    assertThat(raps.score(2, 0.75)).isCloseTo(0.85, within(1e-12));
    assertThat(raps.score(4, 0.9)).isCloseTo(1.2, within(1e-12));
  }

  @Test
  void classConditionalAsksEachLabelsOwnThreshold() {
    float[] p = {0.25f, 0.25f, 0.25f, 0.25f};
    Group group = group(Arrays.asList(0.5, 0.75, null), NONE);
    assertThat(sets(SetKind.CLASS_CONDITIONAL, 0.9).members(group, false, p))
        .as("the third has too few examples and is always in")
        .containsExactly(false, true, true, true);
  }

  @Test
  void forcedEventHasNoClassConditionalSet() {
    PredictionSets sets = sets(SetKind.CLASS_CONDITIONAL, 0.9);
    Group forced = group(Arrays.asList(0.5, 0.6, null), NONE);
    float[] p = {0.25f, 0.5f, 0.125f, 0.125f};
    assertThat(sets.members(forced, true, p)).containsExactly(false, true, false, false);
    assertThat(sets.kind(true)).isEqualTo(SetKind.LAC);
    assertThat(sets.calibration(forced, true)).isEqualTo(SetCalibration.FORCED);
    assertThat(sets.kind(false)).isEqualTo(SetKind.CLASS_CONDITIONAL);
    assertThat(sets.calibration(forced, false)).isEqualTo(SetCalibration.CLASS);
  }

  @Test
  void calibrationTellsWhatHolds() {
    Group lacOnly = group(List.of(0.1, 0.2, 0.3), NONE);
    Group rapsOnly = group(NONE, List.of(0.1, 0.2, 0.3));
    PredictionSets lac = sets(SetKind.LAC, 0.9);
    PredictionSets raps = sets(SetKind.RAPS, 0.9);
    assertThat(lac.calibration(lacOnly, false)).isEqualTo(SetCalibration.SPLIT);
    assertThat(lac.calibration(lacOnly, true)).isEqualTo(SetCalibration.FORCED);
    assertThat(lac.calibration(rapsOnly, false)).isEqualTo(SetCalibration.INSUFFICIENT);
    assertThat(lac.calibration(rapsOnly, true)).isEqualTo(SetCalibration.INSUFFICIENT);
    assertThat(raps.calibration(rapsOnly, false)).isEqualTo(SetCalibration.SPLIT);
    assertThat(raps.calibration(rapsOnly, true)).isEqualTo(SetCalibration.FORCED);
    assertThat(raps.calibration(lacOnly, false)).isEqualTo(SetCalibration.INSUFFICIENT);
    List<Double> unknown = Arrays.asList(null, null, null, null);
    PredictionSets none =
        sets(
            SetKind.CLASS_CONDITIONAL,
            0.9,
            4,
            List.of(unknown, unknown, unknown),
            new Raps(0.1, 1));
    assertThat(none.calibration(lacOnly, false)).isEqualTo(SetCalibration.INSUFFICIENT);
    assertThat(none.members(lacOnly, false, new float[4])).containsOnly(true);
  }

  @ParameterizedTest
  @EnumSource
  void unknownLevelNamesThoseThereAre(SetKind kind) {
    assertThatThrownBy(() -> sets(kind, 0.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[0.8, 0.9, 0.99]");
  }

  @Property(tries = 300)
  void setAtAHigherLevelHoldsThatAtALower(
      @ForAll SetKind kind,
      @ForAll boolean forced,
      @ForAll("probabilities") float[] p,
      @ForAll("rising") List<Double> lac,
      @ForAll("rising") List<Double> raps,
      @ForAll("penalties") Raps numbers) {
    List<List<Double>> byLabel = new ArrayList<>();
    for (int k = 0; k < LEVELS.size(); k++) {
      List<Double> level = new ArrayList<>();
      for (int c = 0; c < p.length; c++) {
        // Another staircase for each label, made of the two drawn.
        level.add(c % 2 == 0 ? lac.get(k) : raps.get(k));
      }
      byLabel.add(level);
    }
    Group group = group(lac, raps);
    boolean[] before = new boolean[p.length];
    for (double level : LEVELS) {
      boolean[] members =
          sets(kind, level, p.length, byLabel, numbers).members(group, forced, p).clone();
      for (int c = 0; c < p.length; c++) {
        assertThat(members[c] || !before[c]).as("level %s, label %d", level, c).isTrue();
      }
      before = members;
    }
  }

  @Property(tries = 300)
  void rapsSetIsNeverEmptyAndHoldsTheMostProbable(
      @ForAll("probabilities") float[] p,
      @ForAll("rising") List<Double> thresholds,
      @ForAll("penalties") Raps numbers) {
    for (double level : LEVELS) {
      boolean[] members =
          sets(SetKind.RAPS, level, p.length, everyLabel(p.length), numbers)
              .members(group(NONE, thresholds), false, p);
      assertThat(members[Scores.argmax(p)]).isTrue();
      // And with each label all that are more probable.
      float least = 1;
      for (int c = 0; c < p.length; c++) {
        least = members[c] ? Math.min(least, p[c]) : least;
      }
      for (int c = 0; c < p.length; c++) {
        assertThat(members[c] || p[c] <= least).isTrue();
      }
    }
  }

  private static List<List<Double>> everyLabel(int classes) {
    List<Double> none = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      none.add(null);
    }
    return List.of(none, none, none);
  }

  /** Softmax of scores, some of which are equal and some so far apart that it is 0 and 1. */
  @Provide
  Arbitrary<float[]> probabilities() {
    return Arbitraries.integers()
        .between(-8, 8)
        .array(int[].class)
        .ofMinSize(2)
        .ofMaxSize(12)
        .map(
            scores -> {
              float[] p = new float[scores.length];
              for (int c = 0; c < p.length; c++) {
                p[c] = 12.5f * scores[c] / 8;
              }
              Scores.softmax(p);
              return p;
            });
  }

  /** Thresholds as calibration gives them: never falling, and null from some level on. */
  @Provide
  Arbitrary<List<Double>> rising() {
    return Arbitraries.doubles()
        .between(0, 1.2)
        .injectNull(0.1)
        .list()
        .ofSize(3)
        .map(
            drawn -> {
              drawn.sort((a, b) -> Double.compare(size(a), size(b)));
              return drawn;
            });
  }

  private static double size(Double threshold) {
    return threshold == null ? Double.POSITIVE_INFINITY : threshold;
  }

  @Provide
  Arbitrary<Raps> penalties() {
    return Arbitraries.doubles()
        .between(0, 0.5)
        .flatMap(p -> Arbitraries.integers().between(1, 5).map(free -> new Raps(p, free)));
  }
}
