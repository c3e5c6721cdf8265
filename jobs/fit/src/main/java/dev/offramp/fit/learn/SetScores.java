package dev.offramp.fit.learn;

import dev.offramp.fit.learn.Span.Leaving;
import dev.offramp.runtime.Exits;
import dev.offramp.runtime.Manifest.Raps;
import dev.offramp.runtime.OutOfScope;
import dev.offramp.runtime.PredictionSets;
import dev.offramp.runtime.Ranking;
import java.util.Arrays;
import java.util.List;

/**
 * What conformal thresholds are made of, computed as serving does: for each example the scores of
 * its right label, by the exit's probabilities before the group's temperature, and how far out of
 * scope it looks, by those after it. An example judged at several exits has its highest score of
 * them: one example is one draw, however many exits it passes, and a threshold on the highest
 * covers it at each.
 *
 * @param lac of the right labels [examples]
 * @param raps of the right labels [examples]
 * @param outOfScope [examples]
 * @param labels [examples]
 */
record SetScores(double[] lac, double[] raps, double[] outOfScope, int[] labels) {

  /** The scores of examples that share a temperature. */
  static SetScores of(
      Examples examples, List<Leaving> leaving, Exits exits, double temperature, Raps raps) {
    int n = leaving.size();
    SetScores scores = new SetScores(new double[n], new double[n], new double[n], new int[n]);
    int classes = examples.classes();
    float[] p = new float[classes];
    Ranking ranking = new Ranking(classes);
    for (int k = 0; k < n; k++) {
      Leaving one = leaving.get(k);
      int label = examples.labels()[one.example()];
      scores.labels[k] = label;
      for (int exit = one.from(); exit <= one.to(); exit++) {
        exits.probabilities(examples.logits()[one.example()], exit, 1, p);
        ranking.rank(p);
        int rank = rank(ranking, label);
        scores.lac[k] = Math.max(scores.lac[k], PredictionSets.lacScore(p[label]));
        scores.raps[k] = Math.max(scores.raps[k], raps.score(rank, ranking.above(rank)));
        exits.probabilities(examples.logits()[one.example()], exit, temperature, p);
        scores.outOfScope[k] = Math.max(scores.outOfScope[k], OutOfScope.score(p));
      }
    }
    return scores;
  }

  /** Several groups' scores as one. */
  static SetScores together(List<SetScores> all) {
    return new SetScores(
        all.stream().flatMapToDouble(s -> Arrays.stream(s.lac)).toArray(),
        all.stream().flatMapToDouble(s -> Arrays.stream(s.raps)).toArray(),
        all.stream().flatMapToDouble(s -> Arrays.stream(s.outOfScope)).toArray(),
        all.stream().flatMapToInt(s -> Arrays.stream(s.labels)).toArray());
  }

  /** The LAC scores of one label's examples. */
  double[] lacOf(int label) {
    double[] some = new double[lac.length];
    int n = 0;
    for (int i = 0; i < lac.length; i++) {
      if (labels[i] == label) {
        some[n++] = lac[i];
      }
    }
    return Arrays.copyOf(some, n);
  }

  static int rank(Ranking ranking, int label) {
    int rank = 0;
    while (ranking.label(rank) != label) {
      rank++;
    }
    return rank;
  }
}
