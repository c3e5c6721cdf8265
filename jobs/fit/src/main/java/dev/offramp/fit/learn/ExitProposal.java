package dev.offramp.fit.learn;

import dev.offramp.fit.work.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Chooses which exits a network gets, from what heads learned in haste at every possible exit say
 * of examples that they haven't seen.
 *
 * <p>A set of exits is worth the mean accuracy of its front at {@link #TARGETS}, under one
 * threshold shared by its exits; to pass an exit costs a little beside the network's own work. From
 * all exits on, the one that is missed least goes, again and again; the smallest set within {@link
 * #TOLERANCE} of the best seen is taken. (Going through all sets would be 2^exits fronts; backward
 * it is exits^2 / 2, and neighbours, which stand in for one another, go first.) An exit where
 * nobody would leave is not missed and so is merged into the next.
 */
final class ExitProposal {
  /** Costs at which a front is judged. */
  static final double[] TARGETS = {.02, .04, .07, .1, .15, .2, .3, .4, .6, .8, 1};

  /** A fiftieth of a point of accuracy: on CLINC150 with 13 exits, it takes 5 of them away. */
  static final double TOLERANCE = 2e-4;

  private static final int TRIES = 64;

  private final double[][] sure;
  private final boolean[][] correct;
  private final double[] costs;
  private final double boundary;
  private final double[] thresholds;

  /**
   * @param sure how sure each exit is, comparable between exits [exits][examples]
   * @param correct whether it is right
   * @param costs of leaving at each exit, in [0, 1]
   * @param boundary what passing one exit costs, as a share of the whole network
   */
  ExitProposal(double[][] sure, boolean[][] correct, double[] costs, double boundary) {
    this.sure = sure;
    this.correct = correct;
    this.costs = costs.clone();
    this.boundary = boundary;
    this.thresholds = Sweep.quantiles(sure, TRIES);
  }

  /**
   * The exits to have, ascending; the last one is always among them.
   *
   * @param most how many there may be, 1 or more
   */
  List<Integer> choose(int most) {
    List<Integer> exits = new ArrayList<>(IntStream.range(0, costs.length).boxed().toList());
    List<List<Integer>> sets = new ArrayList<>();
    List<Double> worths = new ArrayList<>();
    while (true) {
      sets.add(List.copyOf(exits));
      worths.add(worth(exits));
      if (exits.size() == 1) {
        break;
      }
      exits.remove(leastMissed(exits));
    }
    double best = -1;
    for (int k = 0; k < sets.size(); k++) {
      best = sets.get(k).size() <= most ? Math.max(best, worths.get(k)) : best;
    }
    List<Integer> chosen = sets.get(0);
    for (int k = 0; k < sets.size(); k++) {
      if (sets.get(k).size() <= most && worths.get(k) >= best - TOLERANCE) {
        chosen = sets.get(k);
      }
    }
    return chosen;
  }

  /** Place of the exit that the others do best without; never the last. */
  private int leastMissed(List<Integer> exits) {
    double[] worths = new double[exits.size() - 1];
    Workers.run(worths.length, place -> worths[place] = worth(without(exits, place)));
    int best = 0;
    for (int place = 1; place < worths.length; place++) {
      best = worths[place] > worths[best] ? place : best;
    }
    return best;
  }

  private static List<Integer> without(List<Integer> exits, int place) {
    List<Integer> others = new ArrayList<>(exits);
    others.remove(place);
    return others;
  }

  /** Mean accuracy of the front at the targets. */
  double worth(List<Integer> exits) {
    double[][] trials = new double[thresholds.length][];
    for (int k = 0; k < trials.length; k++) {
      trials[k] = trial(exits, thresholds[k]);
    }
    Arrays.sort(trials, Comparator.comparingDouble(t -> t[0]));
    double sum = 0;
    for (double target : TARGETS) {
      sum += at(trials, target);
    }
    return sum / TARGETS.length;
  }

  /** Cost and accuracy of a threshold. */
  private double[] trial(List<Integer> exits, double threshold) {
    int n = sure[0].length;
    double cost = 0;
    int right = 0;
    for (int i = 0; i < n; i++) {
      int k = 0;
      while (k < exits.size() - 1 && sure[exits.get(k)][i] < threshold) {
        k++;
      }
      cost += costs[exits.get(k)] + boundary * k;
      right += correct[exits.get(k)][i] ? 1 : 0;
    }
    return new double[] {cost / n, right / (double) n};
  }

  /**
   * The accuracy to be had for a cost: the best cheaper trial, or on the line to the next dearer
   * one that is better (some events under one threshold, some under the other).
   */
  private static double at(double[][] trials, double target) {
    double cost = 0;
    double accuracy = 0;
    for (double[] t : trials) {
      if (t[1] <= accuracy) {
        continue;
      }
      if (t[0] > target) {
        double share = (target - cost) / (t[0] - cost);
        return accuracy + share * (t[1] - accuracy);
      }
      cost = t[0];
      accuracy = t[1];
    }
    return accuracy;
  }
}
