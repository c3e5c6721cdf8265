package dev.offramp.fit.learn;

import dev.offramp.runtime.Foresight;
import dev.offramp.runtime.Gate;
import dev.offramp.runtime.Manifest.Rule;
import dev.offramp.runtime.Measure;
import dev.offramp.runtime.Measures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * One set of gates with an offset common to all of them, swept so that every cost between all
 * leaving at once and nobody leaving can be had.
 *
 * @param lambda the price that the gates were learned for; null if none was
 * @param rule how gates become a decision
 * @param scores for each gate, what each example scores; where gates decide alone, it leaves at the
 *     first score + offset of 0 or more, else g = sigmoid(score + offset)
 * @param gates the gates with an offset
 */
record Sweep(Double lambda, Rule rule, double[][] scores, DoubleFunction<List<Gate>> gates) {

  /** Gates that decide alone. */
  Sweep(Double lambda, double[][] scores, DoubleFunction<List<Gate>> gates) {
    this(lambda, Rule.INDEPENDENT, scores, gates);
  }

  /**
   * One offset, tried.
   *
   * @param accuracy share of right labels
   * @param cost mean
   * @param correct by example
   */
  record Candidate(
      Double lambda, Rule rule, List<Gate> gates, double accuracy, double cost, boolean[] correct) {

    /** Gates that decide alone. */
    Candidate(Double lambda, List<Gate> gates, double accuracy, double cost, boolean[] correct) {
      this(lambda, Rule.INDEPENDENT, gates, accuracy, cost, correct);
    }
  }

  /** Learned gates. */
  static Sweep learned(double lambda, List<Gate.Linear> gates, Passes passes) {
    return learned(lambda, Rule.INDEPENDENT, gates, passes);
  }

  /** Learned gates that decide by a rule. */
  static Sweep learned(double lambda, Rule rule, List<Gate.Linear> gates, Passes passes) {
    double[][] scores = new double[gates.size()][passes.examples()];
    double[] measures = new double[Measures.COUNT];
    for (int l = 0; l < scores.length; l++) {
      Gate.Linear gate = gates.get(l);
      for (int i = 0; i < scores[l].length; i++) {
        System.arraycopy(passes.measures()[l], i * Measures.COUNT, measures, 0, Measures.COUNT);
        double score = gate.bias();
        for (var e : gate.weights().entrySet()) {
          score += e.getValue() * measures[e.getKey().index()];
        }
        scores[l][i] = score;
      }
    }
    return new Sweep(
        lambda,
        rule,
        scores,
        offset ->
            gates.stream()
                .<Gate>map(g -> new Gate.Linear(g.weights(), g.bias() + offset))
                .toList());
  }

  /**
   * Gates that foresee.
   *
   * @param chances for each gate [examples x exits from there on], as {@link ForesightTrainer}
   *     gives
   */
  static Sweep foreseeing(double lambda, double[][] chances, Passes passes, double[] costs) {
    int n = passes.examples();
    double[][] scores = new double[chances.length][n];
    double[] seen = new double[costs.length];
    for (int l = 0; l < scores.length; l++) {
      int outputs = costs.length - l;
      for (int i = 0; i < n; i++) {
        System.arraycopy(chances[l], i * outputs, seen, 0, outputs);
        scores[l][i] = -Foresight.advantage(seen, l, costs, lambda);
      }
    }
    return new Sweep(
        lambda, scores, offset -> everywhere(new Gate.Foreseeing(lambda, offset), passes));
  }

  /** One threshold on the log-odds of the largest probability: g = sigmoid(2 (logit - tau)). */
  static Sweep sharedThreshold(Passes passes) {
    EnumMap<Measure, Double> weights = new EnumMap<>(Measure.class);
    weights.put(Measure.LOGIT, 2.0);
    return new Sweep(
        null,
        scores(Measure.LOGIT, 2, passes),
        offset ->
            everywhere(new Gate.Linear(Collections.unmodifiableMap(weights), offset), passes));
  }

  /** One threshold on a measure; yes or no. */
  static Sweep threshold(Measure measure, Passes passes) {
    boolean lowIsSure = measure == Measure.ENTROPY || measure == Measure.SHARPENED_ENTROPY;
    return new Sweep(
        null,
        scores(measure, lowIsSure ? -1 : 1, passes),
        offset -> everywhere(new Gate.Threshold(measure, lowIsSure ? offset : -offset), passes));
  }

  /** Tries offsets at evenly spaced quantiles of the scores. */
  List<Candidate> candidates(Passes passes, double[] costs, int tries) {
    List<Candidate> tried = new ArrayList<>();
    for (double quantile : quantiles(scores, tries)) {
      tried.add(candidate(passes, costs, -quantile));
    }
    return tried;
  }

  /** Tries one offset. */
  Candidate candidate(Passes passes, double[] costs, double offset) {
    int n = passes.examples();
    boolean[] correct = new boolean[n];
    int right = 0;
    double cost = 0;
    for (int i = 0; i < n; i++) {
      int l = exit(i, offset);
      cost += costs[l];
      correct[i] = passes.correct()[l][i];
      right += correct[i] ? 1 : 0;
    }
    return new Candidate(lambda, rule, gates.apply(offset), right / (double) n, cost / n, correct);
  }

  /** Where an example leaves. */
  private int exit(int i, double offset) {
    if (rule == Rule.SHARED_UNIT) {
      return SharedUnit.exit(scores.length, l -> 1 / (1 + Math.exp(-(scores[l][i] + offset))));
    }
    int l = 0;
    while (l < scores.length && scores[l][i] + offset < 0) {
      l++;
    }
    return l;
  }

  /** Those that no cheaper one equals in accuracy, from the cheapest. */
  static List<Candidate> undominated(List<Candidate> all) {
    List<Candidate> sorted = new ArrayList<>(all);
    sorted.sort(
        Comparator.comparingDouble(Candidate::cost)
            .thenComparing(Comparator.comparingDouble(Candidate::accuracy).reversed()));
    List<Candidate> kept = new ArrayList<>();
    for (Candidate c : sorted) {
      if (kept.isEmpty() || c.accuracy() > kept.get(kept.size() - 1).accuracy()) {
        kept.add(c);
      }
    }
    return kept;
  }

  /** Evenly spaced quantiles of all scores together, the smallest and the largest among them. */
  static double[] quantiles(double[][] scores, int count) {
    double[] all = Arrays.stream(scores).flatMapToDouble(Arrays::stream).sorted().toArray();
    if (all.length == 0) {
      return all;
    }
    double[] quantiles = new double[count];
    for (int k = 0; k < count; k++) {
      quantiles[k] = all[(int) Math.round((all.length - 1) * (k / (count - 1.0)))];
    }
    return Arrays.stream(quantiles).distinct().toArray();
  }

  private static double[][] scores(Measure measure, double factor, Passes passes) {
    double[][] scores = new double[passes.exits() - 1][passes.examples()];
    for (int l = 0; l < scores.length; l++) {
      for (int i = 0; i < scores[l].length; i++) {
        scores[l][i] = factor * passes.measures()[l][i * Measures.COUNT + measure.index()];
      }
    }
    return scores;
  }

  private static List<Gate> everywhere(Gate gate, Passes passes) {
    return Collections.nCopies(passes.exits() - 1, gate);
  }
}
