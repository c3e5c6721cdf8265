package dev.offramp.fit.learn;

import dev.offramp.runtime.Measures;
import dev.offramp.runtime.Scores;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The linear head of one exit while it is learned with the gates: it takes a batch, says how wrong
 * and how sure it is of each example, and goes down the batch's weighted cross-entropy. Owned by
 * one thread at a time.
 */
final class ExitHead implements AutoCloseable {
  private final int classes;
  private final Perceptron net;
  private final float[] row;
  private final float[] oneHot;
  private final float[] logits;
  private final float[] p;
  private final double[] seen = new double[Measures.COUNT];
  private final int[] truth;
  private final double[] losses;
  private final double[] measures;
  private Momentum[] optimisers;
  private int rows;

  /**
   * A head of small random weights.
   *
   * @param batch examples of a batch, at most
   * @param columns of its input
   */
  ExitHead(int batch, int columns, int classes, SplittableRandom random) {
    this.classes = classes;
    net = new Perceptron(batch, columns, 0, classes);
    net.initialise(random);
    row = new float[columns];
    oneHot = new float[classes];
    logits = new float[batch * classes];
    p = new float[classes];
    truth = new int[batch];
    losses = new double[batch];
    measures = new double[batch * Measures.COUNT];
    halt();
  }

  /** Takes a batch: the examples of {@code order} from one place to before another. */
  void take(HeadInput.Rows input, int[] labels, int[] order, int from, int to) {
    rows = to - from;
    FloatBuffer inputs = net.inputs.clear();
    FloatBuffer targets = net.targets.clear();
    for (int i = 0; i < rows; i++) {
      truth[i] = labels[order[from + i]];
      input.copy(order[from + i], row);
      inputs.put(row);
      oneHot[truth[i]] = 1;
      targets.put(oneHot);
      oneHot[truth[i]] = 0;
    }
  }

  /** Computes {@link #losses} and {@link #measures} of the batch. */
  void judge() {
    net.forward(logits);
    for (int i = 0; i < rows; i++) {
      System.arraycopy(logits, i * classes, p, 0, classes);
      Scores.softmax(p);
      losses[i] = TrueLosses.of(p, truth[i]);
      // As at exit 0: the paper's measures don't look back.
      Measures.of(0, p, p, 0, seen);
      System.arraycopy(seen, 0, measures, i * Measures.COUNT, Measures.COUNT);
    }
  }

  /** Cross-entropy of each example of the batch, in nats. */
  double[] losses() {
    return losses;
  }

  /** Measures of each example of the batch, row-major [examples x {@link Measures#COUNT}]. */
  double[] measures() {
    return measures;
  }

  /** How many examples of the batch it is right about. */
  int right() {
    net.forward(logits);
    int right = 0;
    for (int i = 0; i < rows; i++) {
      System.arraycopy(logits, i * classes, p, 0, classes);
      right += Scores.argmax(p) == truth[i] ? 1 : 0;
    }
    return right;
  }

  /**
   * Goes down the sum of weight x cross-entropy over the batch, divided by its size.
   *
   * @param weights of the batch's examples
   */
  void learn(double[] weights, double rate, double decay) {
    for (int i = 0; i < net.batch(); i++) {
      net.weights.put(i, i < rows ? (float) (weights[i] / rows) : 0);
    }
    net.backward((k, gradient, value) -> optimisers[k].step(gradient, value, rate, decay));
  }

  /** The weights as they are now. */
  Head head(float[] mean, float[] deviation) {
    return net.head(mean, deviation);
  }

  /** Goes on from these weights, at rest. */
  void load(Head head) {
    net.load(head);
    halt();
  }

  private void halt() {
    optimisers = Arrays.stream(net.values).map(Momentum::new).toArray(Momentum[]::new);
  }

  @Override
  public void close() {
    net.close();
  }
}
