package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.runtime.ExitState;
import dev.offramp.runtime.Exits;
import dev.offramp.runtime.Gate;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.Calibration;
import dev.offramp.runtime.Manifest.Group;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Measure;
import dev.offramp.runtime.OutOfScope;
import dev.offramp.runtime.PredictionSets;
import dev.offramp.runtime.Scores;
import dev.offramp.runtime.SetKind;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/**
 * That sets cover: whole calibrations, each on new examples, against whole predictions of new
 * events. Heads are overconfident by a factor of two, and a gate picks the sure ones.
 */
class CoverageTest {
  private static final int RESAMPLINGS = 1000;
  private static final int CLASSES = 3;
  private static final int HELD = 250;
  private static final List<Double> LEVELS = List.of(0.8, 0.9);

  private final Manifest manifest =
      Draft.manifest(
          CLASSES,
          new double[] {0.5, 1},
          List.of(new float[] {1}, new float[] {0, 1}),
          LEVELS,
          List.of(),
          "p");
  private final OperatingPoint point =
      Draft.point("p", null, List.of(new Gate.Threshold(Measure.MAX_PROBABILITY, 0.95)));
  private final Exits exits = new Exits(manifest, point);

  /** The second exit sees the same a little better. */
  private static Examples drawn(int n, SplittableRandom random) {
    MadeUpScores made = MadeUpScores.drawn(n, CLASSES, 2, random);
    float[][] logits = new float[n][2 * CLASSES];
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < CLASSES; c++) {
        logits[i][c] = (float) (made.scores()[i][c] + random.nextGaussian());
        logits[i][CLASSES + c] = made.scores()[i][c];
      }
    }
    return new Examples(logits, made.labels(), CLASSES);
  }

  /** How often something was so, of how many. */
  private static final class Count {
    private int yes;
    private int all;

    void add(boolean is) {
      yes += is ? 1 : 0;
      all++;
    }

    double share() {
      return yes / (double) all;
    }

    /** Three standard errors of a share that is the level's. */
    double slack(double level) {
      return 3 * Math.sqrt(level * (1 - level) / all);
    }
  }

  private record Left(ExitState state, Group group, float[] p) {}

  private Left leave(float[] logits, OperatingPoint calibrated, boolean forced) {
    Exits decision = new Exits(manifest, calibrated);
    ExitState state = Replay.start(manifest, logits);
    boolean left = decision.leaves(state);
    if (!forced) {
      while (!left) {
        left = decision.leaves(state);
      }
    }
    Group group = decision.group(state, forced);
    float[] p = new float[CLASSES];
    decision.probabilities(state, group, p);
    return new Left(state, group, p);
  }

  @Test
  void setsOfEachKindCoverAndFalseAlarmsAreFew() {
    SplittableRandom random = new SplittableRandom(20);
    Examples validation = drawn(400, random);
    Count[] lac = counts(LEVELS.size());
    Count[] raps = counts(LEVELS.size());
    Count[] alarms = counts(LEVELS.size());
    Count[] lacByExit = counts(LEVELS.size() * 2);
    Count[] byLabel = counts(LEVELS.size() * CLASSES);
    for (int r = 0; r < RESAMPLINGS; r++) {
      Calibrator calibrator = new Calibrator(manifest, validation, drawn(HELD, random));
      OperatingPoint calibrated = Draft.calibrated(point, calibrator.calibrate(point));
      assertThat(calibrated.calibration().exits().get(1).gate().id())
          .as("each exit has enough for itself")
          .isEqualTo("e1");
      boolean[] met = new boolean[CLASSES];
      boolean first = true;
      // One new event for each law; for that of labels the first of each.
      while (!met[0] || !met[1] || !met[2]) {
        Examples one = drawn(1, random);
        int label = one.labels()[0];
        Left left = leave(one.logits()[0], calibrated, false);
        for (int k = 0; k < LEVELS.size(); k++) {
          if (first) {
            boolean covered = covers(SetKind.LAC, calibrated, k, left, false, label);
            lac[k].add(covered);
            lacByExit[2 * k + left.state().exits() - 1].add(covered);
            raps[k].add(covers(SetKind.RAPS, calibrated, k, left, false, label));
            alarms[k].add(
                OutOfScope.of(manifest, calibrated, LEVELS.get(k))
                    .flags(OutOfScope.score(left.p()), false));
          }
          if (!met[label]) {
            byLabel[k * CLASSES + label].add(
                covers(SetKind.CLASS_CONDITIONAL, calibrated, k, left, false, label));
          }
        }
        met[label] = true;
        first = false;
      }
    }
    for (int k = 0; k < LEVELS.size(); k++) {
      double level = LEVELS.get(k);
      // Without ties split conformal covers at most 1 / (n + 1) more than asked, n of the group.
      assertThat(lac[k].share())
          .as("LAC at %s", level)
          .isBetween(level - lac[k].slack(level), level + 3.0 / HELD + lac[k].slack(level));
      assertThat(raps[k].share())
          .as("RAPS at %s", level)
          .isGreaterThanOrEqualTo(level - raps[k].slack(level));
      assertThat(alarms[k].share())
          .as("false alarms at %s", level)
          .isBetween(
              1 - level - 1.0 / HELD - alarms[k].slack(level), 1 - level + alarms[k].slack(level));
      for (int exit = 0; exit < 2; exit++) {
        Count at = lacByExit[2 * k + exit];
        assertThat(at.all).isGreaterThan(RESAMPLINGS / 5);
        assertThat(at.share())
            .as("LAC at %s, exit %d", level, exit)
            .isBetween(level - at.slack(level), level + 0.03 + at.slack(level));
      }
      for (int c = 0; c < CLASSES; c++) {
        Count of = byLabel[k * CLASSES + c];
        assertThat(of.all).isEqualTo(RESAMPLINGS);
        assertThat(of.share())
            .as("class-conditional at %s, label %d", level, c)
            .isBetween(level - of.slack(level), level + 0.03 + of.slack(level));
      }
    }
  }

  @Test
  void setsOfEventsForcedOutCover() {
    SplittableRandom random = new SplittableRandom(21);
    Examples validation = drawn(400, random);
    Count[] counts = counts(LEVELS.size());
    for (int r = 0; r < RESAMPLINGS; r++) {
      Calibrator calibrator = new Calibrator(manifest, validation, drawn(HELD, random));
      OperatingPoint calibrated = Draft.calibrated(point, calibrator.calibrate(point));
      Examples one = drawn(1, random);
      while (exits.leaves(Replay.start(manifest, one.logits()[0]))) {
        one = drawn(1, random);
      }
      Left left = leave(one.logits()[0], calibrated, true);
      assertThat(left.group().id()).isEqualTo("f0");
      for (int k = 0; k < LEVELS.size(); k++) {
        counts[k].add(covers(SetKind.LAC, calibrated, k, left, true, one.labels()[0]));
      }
    }
    for (int k = 0; k < LEVELS.size(); k++) {
      double level = LEVELS.get(k);
      assertThat(counts[k].share())
          .isBetween(level - counts[k].slack(level), level + 0.03 + counts[k].slack(level));
    }
  }

  @Property(tries = 25)
  void orderOfExamplesChangesNoThreshold(
      @ForAll @IntRange(min = 1, max = 250) int n, @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Examples validation = drawn(120, random);
    Examples held = drawn(n, random);
    Calibration one = new Calibrator(manifest, validation, held).calibrate(point);
    float[][] logits = held.logits().clone();
    int[] labels = held.labels().clone();
    for (int i = n - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      float[] row = logits[i];
      logits[i] = logits[j];
      logits[j] = row;
      int label = labels[i];
      labels[i] = labels[j];
      labels[j] = label;
    }
    Examples shuffled = new Examples(logits, labels, CLASSES);
    assertThat(new Calibrator(manifest, validation, shuffled).calibrate(point)).isEqualTo(one);
  }

  @Property(tries = 25)
  void setsAtAHigherLevelHoldThoseAtALower(
      @ForAll SetKind kind, @ForAll boolean forced, @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Calibrator calibrator = new Calibrator(manifest, drawn(60, random), drawn(60, random));
    OperatingPoint calibrated = Draft.calibrated(point, calibrator.calibrate(point));
    for (float[] logits : drawn(40, random).logits()) {
      Left left =
          leave(logits, calibrated, forced && !exits.leaves(Replay.start(manifest, logits)));
      boolean wasForced = left.group().id().startsWith("f");
      boolean[] low = members(kind, calibrated, 0, left, wasForced);
      boolean[] high = members(kind, calibrated, 1, left, wasForced);
      for (int c = 0; c < CLASSES; c++) {
        assertThat(high[c] || !low[c]).isTrue();
      }
      if (kind == SetKind.RAPS) {
        assertThat(low[Scores.argmax(left.p())]).as("never empty").isTrue();
      }
    }
  }

  private boolean covers(
      SetKind kind, OperatingPoint calibrated, int k, Left left, boolean forced, int label) {
    return members(kind, calibrated, k, left, forced)[label];
  }

  private boolean[] members(
      SetKind kind, OperatingPoint calibrated, int k, Left left, boolean forced) {
    return PredictionSets.of(manifest, calibrated, kind, LEVELS.get(k))
        .members(left.group(), forced, left.state().probabilities());
  }

  private static Count[] counts(int n) {
    Count[] counts = new Count[n];
    Arrays.setAll(counts, k -> new Count());
    return counts;
  }
}
