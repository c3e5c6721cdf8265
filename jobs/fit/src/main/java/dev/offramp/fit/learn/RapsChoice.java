package dev.offramp.fit.learn;

import dev.offramp.fit.learn.Span.Leaving;
import dev.offramp.runtime.Exits;
import dev.offramp.runtime.Manifest.Raps;
import dev.offramp.runtime.Ranking;
import java.util.ArrayList;
import java.util.List;

/**
 * Chooses the two numbers of RAPS: those whose sets, calibrated on the examples shown, are smallest
 * on them, summed over the levels. The penalties tried are the paper's (arXiv 2009.14193); of those
 * that do equally well the mildest is taken. Sets past {@link #DEPTH} labels count as so many,
 * which bounds the memory.
 */
final class RapsChoice {
  private static final double[] PENALTIES = {0.001, 0.01, 0.1, 0.2, 0.5};
  private static final int[] FREE = {1, 2, 4, 8};
  private static final int DEPTH = 64;

  private final List<Double> levels;
  private final List<float[]> above = new ArrayList<>();
  private final List<Integer> ranks = new ArrayList<>();
  private final List<Double> truths = new ArrayList<>();

  RapsChoice(List<Double> levels) {
    this.levels = levels;
  }

  /** Shows examples. */
  void show(Examples examples, List<Leaving> leaving, Exits exits) {
    float[] p = new float[examples.classes()];
    Ranking ranking = new Ranking(p.length);
    for (Leaving one : leaving) {
      exits.probabilities(examples.logits()[one.example()], one.from(), 1, p);
      ranking.rank(p);
      float[] mass = new float[Math.min(DEPTH, p.length)];
      for (int r = 0; r < mass.length; r++) {
        mass[r] = (float) ranking.above(r);
      }
      int rank = SetScores.rank(ranking, examples.labels()[one.example()]);
      above.add(mass);
      ranks.add(rank);
      truths.add(ranking.above(rank));
    }
  }

  /** The best numbers; without examples enough for any level, the first that would be tried. */
  Raps best() {
    Raps best = null;
    double smallest = Double.POSITIVE_INFINITY;
    for (double penalty : PENALTIES) {
      for (int free : FREE) {
        Raps raps = new Raps(penalty, free);
        double labels = labels(raps);
        if (best == null || labels < smallest) {
          best = raps;
          smallest = labels;
        }
      }
    }
    return best;
  }

  /** How many labels all sets at all levels hold. */
  private double labels(Raps raps) {
    double[] scores = new double[truths.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = raps.score(ranks.get(i), truths.get(i));
    }
    double labels = 0;
    for (Double threshold : Conformal.thresholds(scores, levels)) {
      if (threshold != null) {
        for (float[] mass : above) {
          labels += size(mass, raps, threshold);
        }
      }
    }
    return labels;
  }

  /** Scores rise with the rank. */
  private static int size(float[] mass, Raps raps, double threshold) {
    int size = 0;
    while (size < mass.length && raps.score(size, mass[size]) <= threshold) {
      size++;
    }
    return size;
  }
}
