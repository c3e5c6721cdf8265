package dev.offramp.fit.evaluation;

import dev.offramp.fit.work.Workers;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Scores;
import java.util.stream.IntStream;

/** What an operating point made of each example. All arrays are by example. */
final class Judged {
  private static final int BLOCK = 256;

  /** The exit taken. */
  final int[] exit;

  /** The label answered. */
  final int[] answer;

  /** Whether that was right. */
  final boolean[] correct;

  /** Whether the last exit would have been right. */
  final boolean[] correctAtEnd;

  /** Probability of the answer. */
  final double[] confidence;

  /** Probability of the truth. */
  final double[] truthProbability;

  /** Entropy in nats. */
  final double[] entropy;

  /** Labels in the prediction set [levels][examples]. */
  final int[][] setSize;

  /** Whether the truth is among them [levels][examples]. */
  final boolean[][] covered;

  private final Manifest manifest;

  /**
   * Judges examples on all cores.
   *
   * @param logits [examples][exits x classes]
   * @param labels the truth; null if no label fits
   */
  Judged(Manifest manifest, OperatingPoint point, float[][] logits, int[] labels) {
    int n = logits.length;
    int levels = manifest.levels().size();
    this.manifest = manifest;
    exit = new int[n];
    answer = new int[n];
    correct = new boolean[n];
    correctAtEnd = new boolean[n];
    confidence = new double[n];
    truthProbability = new double[n];
    entropy = new double[n];
    setSize = new int[levels][n];
    covered = new boolean[levels][n];
    Workers.blocks(
        n,
        BLOCK,
        (from, to) -> {
          Judge judge = new Judge(manifest, point);
          for (int i = from; i < to; i++) {
            judge.judge(logits[i]);
            note(judge, i, labels == null ? -1 : labels[i]);
          }
        });
  }

  private void note(Judge judge, int i, int label) {
    float[] p = judge.probabilities();
    exit[i] = judge.exit();
    answer[i] = judge.answer();
    correct[i] = answer[i] == label;
    confidence[i] = p[answer[i]];
    truthProbability[i] = label < 0 ? 0 : p[label];
    entropy[i] = Scores.entropy(p);
    for (int level = 0; level < setSize.length; level++) {
      boolean[] set = judge.set(level);
      for (boolean member : set) {
        setSize[level][i] += member ? 1 : 0;
      }
      covered[level][i] = label >= 0 && set[label];
    }
    correctAtEnd[i] = judge.answerAtEnd() == label;
  }

  /** How many there are. */
  int examples() {
    return exit.length;
  }

  /** Mean share of the network's multiply-adds. */
  double meanCost() {
    double cost = 0;
    for (int e : exit) {
      cost += manifest.stages().get(e).cost();
    }
    return cost / exit.length;
  }

  /** The examples that left at an exit. */
  int[] at(int wanted) {
    return IntStream.range(0, exit.length).filter(i -> exit[i] == wanted).toArray();
  }

  /** All examples. */
  int[] all() {
    return IntStream.range(0, exit.length).toArray();
  }
}
