package dev.offramp.fit.learn;

import dev.offramp.fit.work.Progress;
import dev.offramp.fit.work.Steps;
import dev.offramp.fit.work.Workers;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Learns the heads of all exits: once on all examples, and once for each fold on the others, for
 * logits of examples that the head hasn't seen.
 *
 * <p>The backbone is frozen and the loss is plain cross-entropy, so no head depends on another:
 * each is learned by itself, in full, on one core, its weights and moments in that core's cache.
 * (One batched product for all exits was a tenth slower, and its optimiser would stream all weights
 * through memory at every step.) Cost: about three multiply-adds a weight, example and epoch, for
 * as many passes over the examples as there are folds.
 */
final class HeadTrainer {
  private static final String TASK = "learning heads";

  private final HeadInput input;
  private final int[] labels;
  private final int exits;
  private final int classes;
  private final Recipe.Heads recipe;
  private final long seed;

  HeadTrainer(Features train, int[] labels, int classes, Recipe.Heads recipe, long seed) {
    this.input = HeadInput.measured(train);
    this.labels = labels;
    this.exits = train.exits();
    this.classes = classes;
    this.recipe = recipe;
    this.seed = seed;
  }

  /**
   * What was learned.
   *
   * @param heads on all examples, by exit
   * @param outOfFold logits [examples][exits x classes] by heads that haven't seen the example
   */
  record Trained(List<Head> heads, float[][] outOfFold) {}

  Trained train(Progress progress) {
    return train(TASK, 1 + recipe.folds(), progress);
  }

  /**
   * Heads on all examples, and none on folds.
   *
   * @param task what it is for, in words
   */
  List<Head> whole(String task, Progress progress) {
    return train(task, 1, progress).heads();
  }

  private Trained train(String task, int runs, Progress progress) {
    int n = labels.length;
    int[] fold = folds(n);
    Head[] heads = new Head[exits];
    float[][] logits = runs == 1 ? new float[0][] : new float[n][exits * classes];
    Steps steps = new Steps(progress, task, (long) exits * runs * recipe.epochs());
    // Whole ones first, they take longest.
    Workers.run(
        exits * runs,
        job -> {
          int exit = exits - 1 - job % exits;
          int left = job / exits - 1;
          int[] seen = select(fold, left, false);
          SplittableRandom random = new SplittableRandom(seed + 1_000_003L * job);
          try (Perceptron net =
              new Perceptron(recipe.batch(), input.columns(exit), recipe.hidden(), classes)) {
            learn(net, exit, seen, random, steps);
            if (left < 0) {
              heads[exit] = net.head(input.mean(exit), input.deviation(exit));
            } else {
              int[] unseen = select(fold, left, true);
              Heads.forward(net, input.rows(exit), exit, classes, unseen, logits);
            }
          }
        });
    return new Trained(List.of(heads), logits);
  }

  private void learn(
      Perceptron net, int exit, int[] examples, SplittableRandom random, Steps progress) {
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
      progress.step();
    }
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

  private int[] folds(int n) {
    int[] order = Order.of(n);
    Order.shuffle(order, new SplittableRandom(seed));
    int[] fold = new int[n];
    for (int i = 0; i < n; i++) {
      fold[order[i]] = i % recipe.folds();
    }
    return fold;
  }

  private static int[] select(int[] fold, int wanted, boolean inside) {
    int[] chosen = new int[fold.length];
    int n = 0;
    for (int i = 0; i < fold.length; i++) {
      if ((fold[i] == wanted) == inside) {
        chosen[n++] = i;
      }
    }
    return Arrays.copyOf(chosen, n);
  }
}
