package dev.offramp.fit.learn;

import dev.offramp.runtime.ExitState;
import dev.offramp.runtime.Exits;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.ExitCalibration;
import dev.offramp.runtime.Manifest.Group;
import dev.offramp.runtime.Manifest.OperatingPoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Calibrates a point on examples that nothing was learned or chosen on: a temperature and conformal
 * thresholds for each group of examples that left alike.
 *
 * <p>Events that a gate let go were picked for being sure, so each exit has its own group (Mondrian
 * conformal prediction by exit taken). Exits that fewer than {@link #FEW} left at share a group
 * with their neighbours: alone, they would have the useless set of all labels. Events that a
 * deadline forces out were those that no gate had let go, and have groups of their own.
 */
final class Calibrator {
  /** An exit needs as many examples for a group of its own. */
  static final int FEW = 100;

  /** A temperature needs as many examples; below, it is 1. */
  static final int FEW_FOR_TEMPERATURE = 30;

  private final Manifest manifest;
  private final float[][] logits;
  private final int[] labels;

  /**
   * @param manifest with stacking and levels
   * @param logits of calibration examples [examples][exits x classes]
   */
  Calibrator(Manifest manifest, float[][] logits, int[] labels) {
    this.manifest = manifest;
    this.logits = logits;
    this.labels = labels;
  }

  /** The calibration of each exit at a point. */
  List<ExitCalibration> calibrate(OperatingPoint point) {
    int exits = manifest.exits();
    int[] taken = Replay.run(manifest, point, logits).exits();
    int[] left = new int[exits];
    for (int exit : taken) {
      left[exit]++;
    }
    int[] first = merged(left);
    List<ExitCalibration> calibration = new ArrayList<>();
    Group gate = null;
    for (int exit = 0; exit < exits; exit++) {
      if (first[exit] == exit) {
        int to = exit;
        while (to + 1 < exits && first[to + 1] == exit) {
          to++;
        }
        gate = gateGroup(point, taken, exit, to);
      }
      Group forced = exit == exits - 1 ? gate : forcedGroup(point, taken, exit);
      calibration.add(new ExitCalibration(gate, forced));
    }
    return calibration;
  }

  /**
   * The first exit of each exit's group: neighbours are joined from the first exit on until they
   * have enough, and what remains at the end joins the last group.
   */
  static int[] merged(int[] left) {
    int[] first = new int[left.length];
    int start = 0;
    int count = 0;
    int last = 0;
    for (int exit = 0; exit < left.length; exit++) {
      first[exit] = start;
      count += left[exit];
      if (count >= FEW) {
        last = start;
        start = exit + 1;
        count = 0;
      }
    }
    for (int exit = start; exit < left.length; exit++) {
      first[exit] = last;
    }
    return first;
  }

  private Group gateGroup(OperatingPoint point, int[] taken, int from, int to) {
    int[] members = members(taken, e -> e >= from && e <= to);
    int[] at = Arrays.stream(members).map(i -> taken[i]).toArray();
    return group(from == to ? "e" + from : "e" + from + "-" + to, point, members, at);
  }

  private Group forcedGroup(OperatingPoint point, int[] taken, int exit) {
    int[] members = members(taken, e -> e > exit);
    int[] at = new int[members.length];
    Arrays.fill(at, exit);
    return group("f" + exit, point, members, at);
  }

  /** The group of these examples, each judged at the exit given. */
  private Group group(String id, OperatingPoint point, int[] members, int[] at) {
    int[] truth = Arrays.stream(members).map(i -> labels[i]).toArray();
    double temperature = 1;
    if (members.length >= FEW_FOR_TEMPERATURE) {
      float[][] scores = new float[members.length][];
      for (int k = 0; k < members.length; k++) {
        scores[k] = stacked(logits[members[k]], at[k]);
      }
      temperature = Temperature.best(scores, truth);
    }
    Group group = new Group(id, temperature, members.length, List.of());
    Exits decision = new Exits(manifest, point);
    float[] p = new float[manifest.classes()];
    double[] scores = new double[members.length];
    for (int k = 0; k < members.length; k++) {
      ExitState state = Replay.start(manifest, logits[members[k]]);
      for (int exit = 0; exit <= at[k]; exit++) {
        decision.advance(state);
      }
      decision.probabilities(state, group, p);
      // Rounding can make a probability a hair more than 1.
      scores[k] = Math.max(0, 1.0 - p[truth[k]]);
    }
    return new Group(
        id, temperature, members.length, Conformal.thresholds(scores, manifest.levels()));
  }

  private float[] stacked(float[] row, int exit) {
    float[] weights = manifest.stacking().get(exit);
    float[] scores = new float[manifest.classes()];
    for (int j = 0; j <= exit; j++) {
      for (int c = 0; c < scores.length; c++) {
        scores[c] += weights[j] * row[j * scores.length + c];
      }
    }
    return scores;
  }

  private static int[] members(int[] taken, java.util.function.IntPredicate wanted) {
    int[] members = new int[taken.length];
    int n = 0;
    for (int i = 0; i < taken.length; i++) {
      if (wanted.test(taken[i])) {
        members[n++] = i;
      }
    }
    return Arrays.copyOf(members, n);
  }
}
