package dev.offramp.fit.learn;

import dev.offramp.fit.learn.Sweep.Candidate;
import dev.offramp.runtime.Manifest.OperatingPoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Chooses the operating points: about ten trade-offs between accuracy and cost, spread over the
 * costs where accuracy still rises, and full depth.
 *
 * <p>At each cost simple gates (a shared threshold) stand against learned ones, each the most
 * accurate on examples that no head has seen that costs no more. The learned one is taken only
 * where it is better by more than two standard errors of the paired difference: there are hundreds
 * of learned ones to choose from, so their best is flattered by chance (with one standard error,
 * BANKING77 lost .1 to .16 points on test where there was nothing to win). Points that a cheaper
 * one equals are left out.
 */
final class Points {
  private static final int TARGETS = 10;

  /**
   * Examples that it takes to choose early exits at all: with 100, a share is known to within ten
   * points, with 95 % confidence.
   */
  static final int FEWEST = 100;

  /** Standard errors by which a learned gate must be better. */
  private static final double CLEARLY = 2;

  private Points() {}

  /**
   * What was chosen.
   *
   * @param points from the cheapest to full depth, named p1, p2, ... and full; neither judged nor
   *     calibrated yet
   * @param defaultPoint name of the one that meets the goal; full depth where none does
   * @param reason why the default point is full depth, for a person; null if another one is, or if
   *     there is nothing to choose
   */
  record Chosen(List<OperatingPoint> points, String defaultPoint, String reason) {}

  /**
   * Chooses among candidates. With fewer than {@link #FEWEST} examples there is full depth alone;
   * with fewer than the goal needs, full depth is the default.
   *
   * @param simple without learned gates; may be empty
   * @param learned with learned gates; may be empty
   * @param full where full depth is right, by example
   * @param goal of the default point. A loss of accuracy against full depth counts with one
   *     standard error added: the cheapest of many is flattered by chance, the more so the fewer
   *     the examples. The candidate that meets the goal best is among the points
   */
  static Chosen choose(
      List<Candidate> simple, List<Candidate> learned, boolean[] full, Goal goal, int exits) {
    OperatingPoint last = Draft.fullDepth(exits);
    if (full.length < FEWEST) {
      return new Chosen(List.of(last), last.name(), exits == 1 ? null : noEarlyExit(full.length));
    }
    boolean judged = full.length >= goal.examplesNeeded();
    List<Candidate> plain = Sweep.undominated(simple);
    List<Candidate> taught = Sweep.undominated(learned);
    Set<Candidate> chosen = new LinkedHashSet<>();
    for (double target : targets(plain, taught, full, goal)) {
      Candidate best = better(below(plain, target), below(taught, target));
      if (best != null) {
        chosen.add(best);
      }
    }
    List<OperatingPoint> points = new ArrayList<>();
    String defaultPoint = null;
    for (Candidate c : Sweep.undominated(new ArrayList<>(chosen))) {
      // One that lets nobody leave is full depth by another name.
      if (c.cost() < 1 - 1e-9) {
        points.add(Draft.point("p" + (points.size() + 1), c.lambda(), c.rule(), c.gates()));
        if (judged && meets(c, full, goal) && (defaultPoint == null || goal instanceof Goal.Cost)) {
          defaultPoint = "p" + points.size();
        }
      }
    }
    points.add(last);
    if (defaultPoint != null) {
      return new Chosen(points, defaultPoint, null);
    }
    String reason = points.size() == 1 ? null : judged ? unmet(goal) : unjudged(goal, full.length);
    return new Chosen(points, last.name(), reason);
  }

  private static String noEarlyExit(int examples) {
    return """
        no early exit: accuracy is judged on %d different examples that the heads have not \
        learned, and it takes %d; the bundle has the point '%s' alone; give more labelled examples"""
        .formatted(examples, FEWEST, Learner.FULL_DEPTH);
  }

  private static String unjudged(Goal goal, int examples) {
    return """
        the default point is '%s': whether another %s is judged on %d different examples that the \
        heads have not learned, and it takes %d; give more labelled examples, or allow a larger loss"""
        .formatted(Learner.FULL_DEPTH, goal.inWords(), examples, goal.examplesNeeded());
  }

  private static String unmet(Goal goal) {
    return "the default point is '%s': no other %s on examples that the heads have not learned"
        .formatted(Learner.FULL_DEPTH, goal.inWords());
  }

  private static boolean meets(Candidate c, boolean[] full, Goal goal) {
    if (goal instanceof Goal.Cost most) {
      return c.cost() <= most.share();
    }
    Gain gain = Gain.of(c.correct(), full);
    return gain.mean() + gain.error() <= ((Goal.AccuracyLoss) goal).share();
  }

  /** Costs evenly spaced in the root, since accuracy rises steepest where cost is small. */
  private static List<Double> targets(
      List<Candidate> plain, List<Candidate> taught, boolean[] full, Goal goal) {
    List<Candidate> all = new ArrayList<>(plain);
    all.addAll(taught);
    List<Candidate> both = Sweep.undominated(all);
    List<Double> targets = new ArrayList<>();
    if (both.isEmpty()) {
      return targets;
    }
    double low = Math.sqrt(both.get(0).cost());
    double high = Math.sqrt(both.get(both.size() - 1).cost());
    for (int k = 0; k < TARGETS; k++) {
      double root = low + (high - low) * k / (TARGETS - 1);
      targets.add(root * root + 1e-9);
    }
    if (goal instanceof Goal.Cost most) {
      targets.add(most.share());
      return targets;
    }
    (plain.isEmpty() ? taught : plain)
        .stream()
            .filter(c -> meets(c, full, goal))
            .min(Comparator.comparingDouble(Candidate::cost))
            .ifPresent(c -> targets.add(c.cost()));
    return targets;
  }

  /** The most accurate that costs at most so much; null if none does. */
  private static Candidate below(List<Candidate> undominated, double cost) {
    Candidate best = null;
    for (Candidate c : undominated) {
      if (c.cost() <= cost) {
        best = c;
      }
    }
    return best;
  }

  private static Candidate better(Candidate simple, Candidate learned) {
    if (simple == null || learned == null) {
      return simple == null ? learned : simple;
    }
    Gain gain = Gain.of(simple.correct(), learned.correct());
    return gain.mean() > CLEARLY * gain.error() ? learned : simple;
  }

  /** How much more often the second is right, and the standard error of that. */
  private record Gain(double mean, double error) {
    static Gain of(boolean[] first, boolean[] second) {
      int n = first.length;
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        int d = (second[i] ? 1 : 0) - (first[i] ? 1 : 0);
        sum += d;
        squares += d * d;
      }
      double mean = sum / n;
      return new Gain(mean, Math.sqrt(Math.max(0, squares / n - mean * mean) / n));
    }
  }
}
