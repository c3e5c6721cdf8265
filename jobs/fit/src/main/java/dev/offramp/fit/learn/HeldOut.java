package dev.offramp.fit.learn;

import dev.offramp.runtime.Scores;
import java.util.Locale;

/**
 * Examples that heads don't learn from, by which they are measured while they do. Any thread.
 *
 * @param input of the examples
 * @param labels of all examples of the input
 * @param examples which of them are measured on
 */
record HeldOut(HeadInput input, int[] labels, int classes, int[] examples) {

  /**
   * How good a head is.
   *
   * @param loss mean cross-entropy, in nats
   * @param accuracy share of right labels
   */
  record Measured(double loss, double accuracy) {
    /** For a person. */
    String at(int exit) {
      return String.format(
          Locale.ROOT, "exit %d: held-out loss %.2f, accuracy %.1f %%", exit, loss, 100 * accuracy);
    }
  }

  /** Measures a head as it is now; overwrites its inputs. */
  Measured measure(Perceptron net, int exit) {
    float[][] logits = new float[examples.length][classes];
    Heads.forward(net, input.rows(exit), 0, examples, logits);
    double loss = 0;
    int right = 0;
    for (int i = 0; i < examples.length; i++) {
      int truth = labels[examples[i]];
      right += Scores.argmax(logits[i]) == truth ? 1 : 0;
      Scores.softmax(logits[i]);
      loss += TrueLosses.of(logits[i], truth);
    }
    return new Measured(loss / examples.length, right / (double) examples.length);
  }
}
