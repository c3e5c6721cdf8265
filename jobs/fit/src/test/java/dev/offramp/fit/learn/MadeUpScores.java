package dev.offramp.fit.learn;

import dev.offramp.runtime.Scores;
import java.util.SplittableRandom;

/** Normal scores, and labels drawn from their softmax at a temperature. */
record MadeUpScores(float[][] scores, int[] labels) {
  static MadeUpScores drawn(int n, int classes, double temperature, SplittableRandom random) {
    MadeUpScores made = new MadeUpScores(new float[n][classes], new int[n]);
    float[] p = new float[classes];
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < classes; c++) {
        made.scores[i][c] = (float) (2 * temperature * random.nextGaussian());
        p[c] = (float) (made.scores[i][c] / temperature);
      }
      Scores.softmax(p);
      made.labels[i] = draw(p, random);
    }
    return made;
  }

  private static int draw(float[] p, SplittableRandom random) {
    double left = random.nextDouble();
    for (int c = 0; c < p.length; c++) {
      left -= p[c];
      if (left < 0) {
        return c;
      }
    }
    return p.length - 1;
  }
}
