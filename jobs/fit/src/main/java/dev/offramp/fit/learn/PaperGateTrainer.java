package dev.offramp.fit.learn;

import dev.offramp.runtime.Gate;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Learns the paper's gates ({@link PaperGates}) for heads that are learned already, on examples
 * that the heads haven't seen: what {@link JointTrainer} does while heads are fixed. Any thread.
 */
final class PaperGateTrainer {
  private final Passes passes;
  private final double[][] losses;
  private final double[] costs;
  private final long seed;

  /**
   * @param passes of examples that the heads haven't learned
   * @param losses of the same examples at each exit, in nats [examples][exits]
   * @param costs of leaving at each exit, in [0, 1]
   */
  PaperGateTrainer(Passes passes, double[][] losses, double[] costs, long seed) {
    if (losses.length != passes.examples()) {
      throw new IllegalArgumentException(
          "passes and losses must be of the same examples: %d and %d"
              .formatted(passes.examples(), losses.length));
    }
    this.passes = passes;
    this.losses = losses;
    this.costs = costs.clone();
    this.seed = seed;
  }

  /** The gates of exits 0 to L - 2 for the recipe's lambda. */
  List<Gate.Linear> learn(Recipe.Joint recipe) {
    int count = passes.exits() - 1;
    int n = passes.examples();
    int[] best = new int[n];
    for (int i = 0; i < n; i++) {
      best[i] = BestExit.of(losses[i], costs, recipe.lambda());
    }
    // All examples are unseen, so all measure what only validation can where heads learn too.
    double[] positive = BestExit.positiveWeights(best, count);
    PaperGates gates = new PaperGates(count, recipe.weightDecay());
    SplittableRandom random = new SplittableRandom(seed);
    int[] order = Order.of(n);
    int perEpoch = (n + recipe.batch() - 1) / recipe.batch();
    double total = (double) perEpoch * recipe.epochs();
    int step = 0;
    for (int epoch = 0; epoch < recipe.epochs(); epoch++) {
      Order.shuffle(order, random);
      for (int from = 0; from < n; from += recipe.batch()) {
        int to = Math.min(n, from + recipe.batch());
        double rate = recipe.gateRate() * 0.5 * (1 + Math.cos(Math.PI * step++ / total));
        for (int l = 0; l < count; l++) {
          double[] measures = passes.measures()[l];
          gates.step(l, new PaperGates.Lesson(measures, best, order, from, to, positive[l]), rate);
        }
      }
    }
    return gates.learned();
  }
}
