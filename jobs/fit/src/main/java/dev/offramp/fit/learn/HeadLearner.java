package dev.offramp.fit.learn;

import dev.offramp.fit.work.Steps;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Learns one head: AdamW on cross-entropy, the rate falling by a cosine, and as good an end of it
 * as held-out examples see.
 *
 * <p>The head is measured at the end of each epoch of the schedule's second half: before, the rate
 * is so high that accuracy goes up and down with the last batches, and a stop would forgo what a
 * lower rate brings. Where accuracy hasn't risen for so many epochs it stops; the weights of the
 * best epoch are kept, of the last one among equals. That costs a pass forward over at most 2,000
 * examples for each of these epochs: two or three hundredths of the learning on 10,000.
 */
final class HeadLearner {
  private final HeadInput input;
  private final int[] labels;
  private final int classes;
  private final HeldOut heldOut;
  private final Recipe.Heads recipe;

  /**
   * @param heldOut says when a head stops; null: at the end of its schedule
   */
  HeadLearner(HeadInput input, int[] labels, int classes, HeldOut heldOut, Recipe.Heads recipe) {
    this.input = input;
    this.labels = labels;
    this.classes = classes;
    this.heldOut = heldOut;
    this.recipe = recipe;
  }

  /**
   * Learns a head from nothing.
   *
   * @param net is overwritten
   * @param examples that it learns from
   * @param progress goes on by {@link Recipe.Heads#epochs} steps
   */
  Head learn(Perceptron net, int exit, int[] examples, SplittableRandom random, Steps progress) {
    net.initialise(random);
    AdamW[] optimisers = new AdamW[net.values.length];
    for (int i = 0; i < optimisers.length; i++) {
      optimisers[i] = new AdamW(net.values[i]);
    }
    int batch = recipe.batch();
    int[] order = examples.clone();
    int perEpoch = (order.length + batch - 1) / batch;
    double total = (double) perEpoch * recipe.epochs();
    Rows rows = new Rows(net, exit, random);
    Head best = null;
    double accuracy = -1;
    int withoutRise = 0;
    int step = 0;
    for (int epoch = 0; epoch < recipe.epochs(); epoch++) {
      Order.shuffle(order, random);
      for (int from = 0; from < order.length; from += batch) {
        rows.fill(order, from, Math.min(order.length, from + batch));
        double rate = recipe.learningRate() * 0.5 * (1 + Math.cos(Math.PI * step++ / total));
        net.backward(
            (i, gradient, value) ->
                optimisers[i].step(gradient, value, rate, recipe.weightDecay()));
      }
      if (heldOut == null || epoch < recipe.epochs() / 2) {
        progress.step();
        continue;
      }
      HeldOut.Measured now = heldOut.measure(net, exit);
      withoutRise = now.accuracy() > accuracy ? 0 : withoutRise + 1;
      if (now.accuracy() >= accuracy) {
        accuracy = now.accuracy();
        best = net.head(input.mean(exit), input.deviation(exit));
      }
      if (withoutRise == recipe.patience()) {
        progress.steps(recipe.epochs() - epoch, now.at(exit));
        break;
      }
      progress.steps(1, now.at(exit));
    }
    return best == null ? net.head(input.mean(exit), input.deviation(exit)) : best;
  }

  /** Fills a batch, with dropout. */
  private final class Rows {
    private final Perceptron net;
    private final HeadInput.Rows examples;
    private final SplittableRandom random;
    private final float[] row;
    private final float[] oneHot = new float[classes];

    /** What an input is multiplied by, for each value of a random byte. */
    private final float[] keep = new float[256];

    Rows(Perceptron net, int exit, SplittableRandom random) {
      this.net = net;
      this.examples = input.rows(exit);
      this.random = random;
      this.row = new float[input.columns(exit)];
      int dropped = (int) Math.round(recipe.dropout(input.usualColumns(exit)) * keep.length);
      Arrays.fill(keep, dropped, keep.length, keep.length / (float) (keep.length - dropped));
    }

    void fill(int[] order, int from, int to) {
      FloatBuffer inputs = net.inputs.clear();
      FloatBuffer targets = net.targets.clear();
      for (int i = from; i < to; i++) {
        examples.copy(order[i], row);
        drop();
        inputs.put(row);
        oneHot[labels[order[i]]] = 1;
        targets.put(oneHot);
        oneHot[labels[order[i]]] = 0;
      }
      // Rows left from the batch before weigh nothing.
      for (int i = 0; i < net.batch(); i++) {
        net.weights.put(i, i < to - from ? 1f / (to - from) : 0);
      }
    }

    /** Leaves inputs out; a table instead of a condition, which no branch predictor could guess. */
    private void drop() {
      long bits = 0;
      for (int c = 0; c < row.length; c++) {
        // Eight inputs share one draw.
        bits = (c & 7) == 0 ? random.nextLong() : bits >>> 8;
        row[c] *= keep[(int) bits & 0xff];
      }
    }
  }
}
