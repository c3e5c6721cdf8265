package dev.offramp.runtime;

/** Arithmetic on the scores of one event. Stateless; any thread. */
public final class Scores {
  private Scores() {}

  /** Turns scores into probabilities in place; stable for any finite scores. */
  public static void softmax(float[] scores) {
    float max = Float.NEGATIVE_INFINITY;
    for (float s : scores) {
      max = Math.max(max, s);
    }
    double sum = 0;
    for (int c = 0; c < scores.length; c++) {
      scores[c] = (float) Math.exp(scores[c] - max);
      sum += scores[c];
    }
    float scale = (float) (1 / sum);
    for (int c = 0; c < scores.length; c++) {
      scores[c] *= scale;
    }
  }

  /** The index of the largest score, the first of equals. */
  public static int argmax(float[] scores) {
    int best = 0;
    for (int c = 1; c < scores.length; c++) {
      if (scores[c] > scores[best]) {
        best = c;
      }
    }
    return best;
  }

  /** Entropy in nats of probabilities. */
  public static double entropy(float[] p) {
    double h = 0;
    for (float v : p) {
      if (v > 0) {
        h -= v * Math.log(v);
      }
    }
    return h;
  }
}
