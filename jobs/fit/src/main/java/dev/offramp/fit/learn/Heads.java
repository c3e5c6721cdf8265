package dev.offramp.fit.learn;

import dev.offramp.fit.work.Workers;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/** Runs learned heads on features. Stateless; any thread. */
final class Heads {
  private static final int BLOCK = 256;

  private Heads() {}

  /**
   * Logits of every exit for every example, on all cores.
   *
   * @param heads one for each exit of the features
   * @return [examples][exits x classes], row-major, as {@link dev.offramp.runtime.ExitState#logits}
   */
  static float[][] logits(List<Head> heads, Features features) {
    if (heads.size() != features.exits()) {
      throw new IllegalArgumentException(
          "heads must be as many as the features' exits: %d, not %d"
              .formatted(features.exits(), heads.size()));
    }
    int classes = heads.get(0).b2().length;
    float[][] mean = new float[heads.size()][];
    float[][] deviation = new float[heads.size()][];
    for (int exit = 0; exit < mean.length; exit++) {
      mean[exit] = heads.get(exit).mean();
      deviation[exit] = heads.get(exit).deviation();
    }
    HeadInput input = new HeadInput(features, mean, deviation);
    float[][] logits = new float[features.examples()][heads.size() * classes];
    int[] all = new int[features.examples()];
    Arrays.setAll(all, i -> i);
    Workers.run(
        heads.size(),
        exit -> {
          Head head = heads.get(exit);
          HeadInput.Rows rows = head.linear() ? input.own(exit) : input.rows(exit);
          try (Perceptron net = new Perceptron(BLOCK, rows.columns(), head.b1().length, classes)) {
            net.load(head);
            forward(net, rows, exit * classes, all, logits);
          }
        });
    return logits;
  }

  /**
   * Writes one exit's logits of some examples.
   *
   * @param column where they begin in each row
   * @param logits receives them, a row for each of the examples
   */
  static void forward(
      Perceptron net, HeadInput.Rows input, int column, int[] examples, float[][] logits) {
    float[] row = new float[input.columns()];
    int classes = net.classes();
    float[] out = new float[net.batch() * classes];
    for (int from = 0; from < examples.length; from += net.batch()) {
      int rows = Math.min(net.batch(), examples.length - from);
      FloatBuffer inputs = net.inputs.clear();
      for (int i = 0; i < rows; i++) {
        input.copy(examples[from + i], row);
        inputs.put(row);
      }
      net.forward(out);
      for (int i = 0; i < rows; i++) {
        System.arraycopy(out, i * classes, logits[from + i], column, classes);
      }
    }
  }
}
