package dev.offramp.fit.learn;

import dev.offramp.fit.work.Progress;
import dev.offramp.fit.work.Steps;
import dev.offramp.fit.work.Workers;
import dev.offramp.runtime.Scores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Learns how much each exit listens to the logits of the exits before: q_l = softmax(sum over j <=
 * l of a_lj z_j / T_l), a >= 0.
 *
 * <p>The heads before have made other mistakes, and their logits are there already, so their vote
 * is free. The weights start at the exit's own logits with the best temperature and go down the
 * negative log-likelihood of out-of-fold logits by Adam, cut off at 0 after each step; the start is
 * kept if it was better. Heads on all examples are surer than those on folds, so T_l comes from
 * validation. With fewer than {@link Temperature#FEW} out-of-fold examples the weights are the
 * exit's own logits as they are; with fewer of validation, T_l is 1.
 */
final class Stacking {
  private static final double FIRST = 0.9;
  private static final double SECOND = 0.999;

  /** Enough examples for a temperature. */
  private static final int SAMPLE = 4096;

  private final int exits;
  private final int classes;
  private final Recipe.Stacking recipe;
  private final long seed;

  Stacking(int exits, int classes, Recipe.Stacking recipe, long seed) {
    this.exits = exits;
    this.classes = classes;
    this.recipe = recipe;
    this.seed = seed;
  }

  /** Each exit's own logits alone, as they are. */
  static List<float[]> none(int exits) {
    List<float[]> stacking = new ArrayList<>();
    for (int l = 0; l < exits; l++) {
      float[] own = new float[l + 1];
      own[l] = 1;
      stacking.add(own);
    }
    return stacking;
  }

  /**
   * The weights with their temperatures, as {@link dev.offramp.runtime.Manifest#stacking}.
   *
   * @param outOfFold logits of training examples [examples][exits x classes]
   * @param validation logits of validation examples
   */
  List<float[]> learn(
      float[][] outOfFold,
      int[] labels,
      float[][] validation,
      int[] validationLabels,
      Progress progress) {
    float[][] stacking = new float[exits][];
    Steps steps = new Steps(progress, "stacking exits", exits);
    Workers.run(
        exits,
        exit -> {
          double[] a = weights(exit, outOfFold, labels);
          double t =
              validation.length < Temperature.FEW
                  ? 1
                  : Temperature.best(combined(validation, a), validationLabels);
          stacking[exit] = new float[exit + 1];
          for (int j = 0; j <= exit; j++) {
            stacking[exit][j] = (float) (a[j] / t);
          }
          steps.step();
        });
    return new ArrayList<>(Arrays.asList(stacking));
  }

  /**
   * The weights a of one exit, never worse on these examples than the exit's own logits, if these
   * are enough for a temperature.
   */
  double[] weights(int exit, float[][] logits, int[] labels) {
    double[] start = new double[exit + 1];
    start[exit] = 1;
    if (labels.length < Temperature.FEW) {
      return start;
    }
    int stride = (labels.length + SAMPLE - 1) / SAMPLE;
    float[][] own = new float[(labels.length + stride - 1) / stride][];
    int[] ownLabels = new int[own.length];
    for (int i = 0; i < own.length; i++) {
      own[i] = combined(logits[i * stride], start);
      ownLabels[i] = labels[i * stride];
    }
    start[exit] = 1 / Temperature.best(own, ownLabels);
    if (exit == 0) {
      return start;
    }
    double[] learned = descend(start.clone(), logits, labels, new SplittableRandom(seed + exit));
    return loss(logits, labels, learned) <= loss(logits, labels, start) ? learned : start;
  }

  private double[] descend(double[] a, float[][] logits, int[] labels, SplittableRandom random) {
    double[] m = new double[a.length];
    double[] v = new double[a.length];
    double[] gradient = new double[a.length];
    for (int step = 1; step <= recipe.steps(); step++) {
      Arrays.fill(gradient, 0);
      for (int k = 0; k < recipe.batch(); k++) {
        int i = random.nextInt(labels.length);
        gradient(logits[i], labels[i], a, gradient);
      }
      for (int j = 0; j < a.length; j++) {
        double g = gradient[j] / recipe.batch();
        m[j] = FIRST * m[j] + (1 - FIRST) * g;
        v[j] = SECOND * v[j] + (1 - SECOND) * g * g;
        double mean = m[j] / (1 - Math.pow(FIRST, step));
        double root = Math.sqrt(v[j] / (1 - Math.pow(SECOND, step)));
        a[j] = Math.max(0, a[j] - recipe.learningRate() * mean / (root + 1e-8));
      }
    }
    return a;
  }

  /** Adds the gradient of one example's negative log-likelihood by the weights. */
  void gradient(float[] logits, int label, double[] a, double[] into) {
    float[] p = combined(logits, a);
    Scores.softmax(p);
    p[label] -= 1;
    for (int j = 0; j < a.length; j++) {
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += p[c] * logits[j * classes + c];
      }
      into[j] += sum;
    }
  }

  /** Mean negative log-likelihood in nats. */
  double loss(float[][] logits, int[] labels, double[] a) {
    double sum = 0;
    float[][] one = new float[1][];
    int[] label = new int[1];
    for (int i = 0; i < labels.length; i++) {
      one[0] = combined(logits[i], a);
      label[0] = labels[i];
      sum += Temperature.loss(one, label, 1);
    }
    return sum / labels.length;
  }

  private float[][] combined(float[][] logits, double[] a) {
    float[][] scores = new float[logits.length][];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = combined(logits[i], a);
    }
    return scores;
  }

  private float[] combined(float[] logits, double[] a) {
    float[] scores = new float[classes];
    for (int j = 0; j < a.length; j++) {
      float w = (float) a[j];
      if (w != 0) {
        int at = j * classes;
        for (int c = 0; c < classes; c++) {
          scores[c] += w * logits[at + c];
        }
      }
    }
    return scores;
  }
}
