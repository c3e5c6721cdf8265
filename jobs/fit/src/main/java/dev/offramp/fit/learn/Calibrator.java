package dev.offramp.fit.learn;

import dev.offramp.fit.learn.Span.Leaving;
import dev.offramp.runtime.Exits;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.Calibration;
import dev.offramp.runtime.Manifest.ExitCalibration;
import dev.offramp.runtime.Manifest.Group;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Manifest.Raps;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Calibrates a point. What is chosen (which exits share a group, the numbers of RAPS) is chosen on
 * validation examples; calibration examples, on which nothing was learned or chosen, give the
 * thresholds. So new events are exchangeable with them, and split conformal prediction holds: sets
 * are made of each exit's probabilities as they are before the group's temperature. That comes from
 * calibration examples too, since heads were stopped where they did best on validation, which makes
 * it look easier than it is (ECE on WordNet: .021 to .030 with temperatures from there). The
 * out-of-scope threshold is on probabilities at that temperature: one number from a hundred
 * examples or more, which moves what is flagged by less than it strays.
 *
 * <p>Events that a gate let go were picked for being sure, so each exit has its own group (Mondrian
 * conformal prediction by exit taken). Events that a deadline forces out were those that no gate
 * had let go, and have groups of their own. Where examples are few, neighbours share a group:
 * alone, they would have the useless set of all labels. There are more labels than exits, so
 * thresholds by label are from all exits together, and so is the out-of-scope threshold, for the
 * scores of all events are compared.
 */
final class Calibrator {
  /** A group needs as many examples, if it can have them. */
  static final int FEW = 100;

  private final Manifest manifest;
  private final Examples validation;
  private final Examples calibration;

  /**
   * @param manifest with stacking and levels
   */
  Calibrator(Manifest manifest, Examples validation, Examples calibration) {
    this.manifest = manifest;
    this.validation = validation;
    this.calibration = calibration;
  }

  /** The calibration of a point. */
  Calibration calibrate(OperatingPoint point) {
    Exits decision = new Exits(manifest, point);
    int[] chosenAt = Replay.run(manifest, point, validation.logits()).exits();
    int[] heldAt = Replay.run(manifest, point, calibration.logits()).exits();
    int last = manifest.exits() - 1;
    List<Span> spans = Span.left(expected(last + 1, chosenAt, e -> at -> at == e), FEW);
    RapsChoice choice = new RapsChoice(manifest.levels());
    spans.forEach(span -> choice.show(validation, span.leaving(chosenAt), decision));
    Raps raps = choice.best();
    Group[] gate = new Group[last + 1];
    List<SetScores> all = new ArrayList<>();
    for (Span span : spans) {
      List<Leaving> held = span.leaving(heldAt);
      double temperature = temperature(held);
      SetScores scores = SetScores.of(calibration, held, decision, temperature, raps);
      all.add(scores);
      fill(gate, span, group(span.name("e"), temperature, scores));
    }
    Group[] forced = new Group[last + 1];
    // Nothing is forced at the last exit.
    forced[last] = gate[last];
    for (Span span : Span.forced(expected(last, chosenAt, e -> at -> at > e), FEW)) {
      List<Leaving> held = span.passing(heldAt);
      double temperature = temperature(held);
      SetScores scores = SetScores.of(calibration, held, decision, temperature, raps);
      fill(forced, span, group(span.name("f"), temperature, scores));
    }
    List<ExitCalibration> exits = new ArrayList<>();
    for (int exit = 0; exit <= last; exit++) {
      exits.add(new ExitCalibration(gate[exit], forced[exit]));
    }
    SetScores together = SetScores.together(all);
    return new Calibration(
        exits,
        byLabel(together),
        Conformal.thresholds(together.outOfScope(), manifest.levels()),
        raps);
  }

  private interface AtExit {
    IntPredicate of(int exit);
  }

  /**
   * How many calibration examples to expect at each exit, from where validation examples leave:
   * were they counted themselves, which exits share a group would depend on them.
   */
  private double[] expected(int exits, int[] chosenAt, AtExit counted) {
    double[] expected = new double[exits];
    for (int exit = 0; exit < exits; exit++) {
      IntPredicate here = counted.of(exit);
      for (int at : chosenAt) {
        expected[exit] += here.test(at) ? 1 : 0;
      }
      expected[exit] *= calibration.count() / (double) chosenAt.length;
    }
    return expected;
  }

  private Group group(String id, double temperature, SetScores scores) {
    return new Group(
        id,
        temperature,
        scores.labels().length,
        Conformal.thresholds(scores.lac(), manifest.levels()),
        Conformal.thresholds(scores.raps(), manifest.levels()));
  }

  private List<List<Double>> byLabel(SetScores scores) {
    List<List<Double>> byLabel = new ArrayList<>();
    for (int k = 0; k < manifest.levels().size(); k++) {
      byLabel.add(new ArrayList<>());
    }
    for (int c = 0; c < manifest.classes(); c++) {
      List<Double> thresholds = Conformal.thresholds(scores.lacOf(c), manifest.levels());
      for (int k = 0; k < thresholds.size(); k++) {
        byLabel.get(k).add(thresholds.get(k));
      }
    }
    return byLabel;
  }

  private double temperature(List<Leaving> held) {
    // That of the exit as a whole.
    if (held.size() < Temperature.FEW) {
      return 1;
    }
    List<float[]> scores = new ArrayList<>();
    List<Integer> truth = new ArrayList<>();
    for (Leaving one : held) {
      for (int exit = one.from(); exit <= one.to(); exit++) {
        scores.add(stacked(calibration.logits()[one.example()], exit));
        truth.add(calibration.labels()[one.example()]);
      }
    }
    return Temperature.best(
        scores.toArray(new float[0][]), truth.stream().mapToInt(Integer::intValue).toArray());
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

  private static void fill(Group[] groups, Span span, Group group) {
    for (int exit = span.from(); exit <= span.to(); exit++) {
      groups[exit] = group;
    }
  }
}
