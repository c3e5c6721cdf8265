package dev.offramp.fit.learn;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The first part of learning heads and gates together: one head learns alone, by plain
 * cross-entropy, until its accuracy on held-out examples has not risen for some epochs, and goes
 * back to where it was best. Owned by one thread.
 */
final class WarmUp {
  private final HeadInput train;
  private final int[] labels;
  private final HeadInput heldOut;
  private final int[] heldOutLabels;
  private final Recipe.Joint recipe;

  WarmUp(
      HeadInput train, int[] labels, HeadInput heldOut, int[] heldOutLabels, Recipe.Joint recipe) {
    this.train = train;
    this.labels = labels;
    this.heldOut = heldOut;
    this.heldOutLabels = heldOutLabels;
    this.recipe = recipe;
  }

  /**
   * How much each exit's loss weighs: L - l, early exits more, over the mean of that, so that the
   * learning rate means the same for any number of exits. The last head stands for the network's
   * own classifier, which its makers learned in full, and weighs as much as the first: at a weight
   * of 1 it stayed short of that on CLINC150, 95.4 % accurate instead of 95.7.
   */
  static double weight(int exit, int exits) {
    int weight = exit == exits - 1 ? exits : exits - exit;
    return weight / ((exits + 1) / 2.0);
  }

  /**
   * Warms up the head of an exit.
   *
   * @return how many epochs it took
   */
  int run(ExitHead head, int exit, SplittableRandom random) {
    HeadInput.Rows input = train.own(exit);
    double[] weights = new double[recipe.batch()];
    Arrays.fill(weights, weight(exit, train.exits()));
    int[] order = Order.of(labels.length);
    Head best = head.head(train.mean(exit), train.deviation(exit));
    int most = -1;
    int waited = 0;
    int epochs = 0;
    while (epochs < recipe.warmUp() && waited < recipe.patience()) {
      epochs++;
      Order.shuffle(order, random);
      for (int from = 0; from < order.length; from += recipe.batch()) {
        head.take(input, labels, order, from, Math.min(order.length, from + recipe.batch()));
        head.learn(weights, recipe.warmUpRate(), recipe.weightDecay());
      }
      int right = right(head, exit);
      waited = right > most ? 0 : waited + 1;
      if (right > most) {
        most = right;
        best = head.head(train.mean(exit), train.deviation(exit));
      }
    }
    head.load(best);
    return epochs;
  }

  private int right(ExitHead head, int exit) {
    HeadInput.Rows input = heldOut.own(exit);
    int[] order = Order.of(heldOutLabels.length);
    int right = 0;
    for (int from = 0; from < order.length; from += recipe.batch()) {
      head.take(input, heldOutLabels, order, from, Math.min(order.length, from + recipe.batch()));
      right += head.right();
    }
    return right;
  }
}
