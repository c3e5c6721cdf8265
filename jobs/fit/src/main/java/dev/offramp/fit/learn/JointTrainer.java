package dev.offramp.fit.learn;

import dev.offramp.fit.work.Progress;
import dev.offramp.fit.work.Steps;
import dev.offramp.fit.work.WorkerPool;
import dev.offramp.runtime.Gate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Learns heads and gates together for one lambda, as published: JEI-DNN (Regol, Chataoui, Coates,
 * ICLR 2024, arXiv 2310.09163). After a {@link WarmUp} it alternates: for some batches the gates
 * learn where leaving would have been best for the heads as they are ({@link BestExit}), for as
 * many the heads learn what the gates as they are would let out at them ({@link HeadWeights}). The
 * last head stays as it was warmed up.
 *
 * <p>Kept as the reference. Heads fit their own examples almost perfectly, so to leave at once
 * looks best on them and the gates become too eager; {@link Learner} says what is done instead.
 *
 * <p>Exits run beside one another and meet at every batch, because an example's weights at all
 * heads depend on its losses at all; what each computes doesn't depend on what runs beside it.
 */
final class JointTrainer {
  private final HeadInput train;
  private final int[] labels;
  private final HeadInput validation;
  private final int[] validationLabels;
  private final double[] costs;
  private final int classes;
  private final Recipe.Joint recipe;
  private final SplittableRandom random;
  private final int exits;
  private final HeadInput.Rows[] rows;
  private final ExitHead[] heads;
  private final PaperGates gates;

  /** [exits][examples of a batch] */
  private final double[][] weights;

  /**
   * @param validation decides when heads are warm, and how much a gate's ones weigh
   * @param costs of leaving at each exit, in [0, 1]
   */
  JointTrainer(
      Features train,
      int[] labels,
      Features validation,
      int[] validationLabels,
      double[] costs,
      int classes,
      Recipe.Joint recipe,
      long seed) {
    this.train = HeadInput.measured(train);
    this.labels = labels;
    this.validation = this.train.of(validation);
    this.validationLabels = validationLabels;
    this.costs = costs.clone();
    this.classes = classes;
    this.recipe = recipe;
    this.random = new SplittableRandom(seed);
    exits = costs.length;
    rows = new HeadInput.Rows[exits];
    heads = new ExitHead[exits];
    gates = new PaperGates(exits - 1, recipe.weightDecay());
    weights = new double[exits][recipe.batch()];
  }

  /**
   * What was learned.
   *
   * @param heads by exit, all linear
   * @param gates one for each exit but the last, for {@link
   *     dev.offramp.runtime.Manifest.Rule#SHARED_UNIT}
   */
  record Trained(List<Head> heads, List<Gate.Linear> gates) {}

  /** Learns; once. */
  Trained train(Progress progress) {
    for (int l = 0; l < exits; l++) {
      rows[l] = train.own(l);
      heads[l] = new ExitHead(recipe.batch(), rows[l].columns(), classes, random.split());
    }
    try (WorkerPool pool = new WorkerPool(exits)) {
      warmUp(pool, progress);
      alternate(pool, progress);
      List<Head> learned = new ArrayList<>();
      for (int l = 0; l < exits; l++) {
        learned.add(heads[l].head(train.mean(l), train.deviation(l)));
      }
      return new Trained(learned, gates.learned());
    } finally {
      for (ExitHead head : heads) {
        head.close();
      }
    }
  }

  private void warmUp(WorkerPool pool, Progress progress) {
    WarmUp warmUp = new WarmUp(train, labels, validation, validationLabels, recipe);
    SplittableRandom[] chance = new SplittableRandom[exits];
    for (int l = 0; l < exits; l++) {
      chance[l] = random.split();
    }
    Steps steps = new Steps(progress, "warming heads up", exits);
    pool.run(
        exits,
        l -> {
          warmUp.run(heads[l], l, chance[l]);
          steps.step();
        });
  }

  private void alternate(WorkerPool pool, Progress progress) {
    int[] order = Order.of(labels.length);
    int perEpoch = (order.length + recipe.batch() - 1) / recipe.batch();
    int total = perEpoch * recipe.epochs();
    Steps steps = new Steps(progress, "learning heads and gates", total);
    double[] positive = {};
    for (int step = 0; step < total; step++) {
      if (step % perEpoch == 0) {
        Order.shuffle(order, random);
      }
      // Gates first: half open, they would teach the first two heads alone.
      boolean gatesLearn = step / recipe.alternate() % 2 == 0;
      if (step % (2 * recipe.alternate()) == 0) {
        positive = positiveWeights(pool);
      }
      int from = step % perEpoch * recipe.batch();
      int to = Math.min(order.length, from + recipe.batch());
      double fall = 0.5 * (1 + Math.cos(Math.PI * step / total));
      pool.run(
          exits,
          l -> {
            heads[l].take(rows[l], labels, order, from, to);
            heads[l].judge();
          });
      if (gatesLearn) {
        teachGates(to - from, positive, fall * recipe.gateRate());
      } else {
        teachHeads(pool, to - from, fall * recipe.headRate());
      }
      steps.step();
    }
  }

  /** One step of every gate on the batch that the heads have judged. */
  private void teachGates(int batch, double[] positive, double rate) {
    int[] order = Order.of(batch);
    int[] best = best(batch);
    for (int l = 0; l < exits - 1; l++) {
      double[] measures = heads[l].measures();
      gates.step(l, new PaperGates.Lesson(measures, best, order, 0, batch, positive[l]), rate);
    }
  }

  /** One step of every head but the last on the batch that all have judged. */
  private void teachHeads(WorkerPool pool, int batch, double rate) {
    double[] open = new double[exits - 1];
    double[] p = new double[exits];
    double[] losses = new double[exits];
    double[] row = new double[exits];
    for (int i = 0; i < batch; i++) {
      for (int l = 0; l < exits - 1; l++) {
        open[l] = gates.probability(l, heads[l].measures(), i);
      }
      SharedUnit.probabilities(open, p);
      losses(i, losses);
      HeadWeights.of(p, losses, row);
      for (int l = 0; l < exits; l++) {
        weights[l][i] = row[l];
      }
    }
    pool.run(exits - 1, l -> heads[l].learn(weights[l], rate, recipe.weightDecay()));
  }

  /** The best exit of each example of the batch that the heads have judged. */
  private int[] best(int batch) {
    int[] best = new int[batch];
    double[] losses = new double[exits];
    for (int i = 0; i < batch; i++) {
      losses(i, losses);
      best[i] = BestExit.of(losses, costs, recipe.lambda());
    }
    return best;
  }

  private void losses(int i, double[] into) {
    for (int l = 0; l < exits; l++) {
      into[l] = heads[l].losses()[i];
    }
  }

  /** As the heads stand, measured on validation. */
  private double[] positiveWeights(WorkerPool pool) {
    double[][] losses = new double[validationLabels.length][exits];
    int[] order = Order.of(validationLabels.length);
    pool.run(
        exits,
        l -> {
          HeadInput.Rows input = validation.own(l);
          for (int from = 0; from < order.length; from += recipe.batch()) {
            int to = Math.min(order.length, from + recipe.batch());
            heads[l].take(input, validationLabels, order, from, to);
            heads[l].judge();
            for (int i = from; i < to; i++) {
              losses[i][l] = heads[l].losses()[i - from];
            }
          }
        });
    int[] best = new int[order.length];
    for (int i = 0; i < best.length; i++) {
      best[i] = BestExit.of(losses[i], costs, recipe.lambda());
    }
    return BestExit.positiveWeights(best, exits - 1);
  }
}
