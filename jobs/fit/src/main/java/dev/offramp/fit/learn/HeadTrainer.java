package dev.offramp.fit.learn;

import dev.offramp.fit.work.Progress;
import dev.offramp.fit.work.Steps;
import dev.offramp.fit.work.Workers;
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
 * through memory at every step.) Each is kept in a store as soon as it is done, and one that the
 * store has isn't learned again. Cost: about three multiply-adds a weight, example and epoch, for
 * as many passes over the examples as there are folds.
 */
final class HeadTrainer {
  private static final String TASK = "learning heads";

  /** Of validation examples: its accuracy's standard error is half a point at most, at 95 %. */
  private static final int HELD_OUT = 2_000;

  /**
   * Out-of-fold logits that are kept. Stacking has a weight or two for each exit and gates some
   * dozens, which this many examples settle; those of a million at 13 exits of 150 classes would
   * take 7.8 GB.
   */
  private static final int OUT_OF_FOLD = 50_000;

  private final HeadInput input;
  private final int[] labels;
  private final int[] firstCopies;
  private final HeadLearner learner;
  private final int exits;
  private final int classes;
  private final Recipe.Heads recipe;
  private final long seed;

  /**
   * @param validation says when a head stops; null: at the end of its schedule
   */
  HeadTrainer(Split train, Split validation, int classes, Recipe.Heads recipe, long seed) {
    this.input = HeadInput.measured(train.features());
    this.labels = train.labels();
    this.firstCopies = train.firstCopies();
    this.learner =
        new HeadLearner(
            input,
            labels,
            classes,
            validation == null ? null : heldOut(validation, classes, seed),
            recipe);
    this.exits = train.features().exits();
    this.classes = classes;
    this.recipe = recipe;
    this.seed = seed;
  }

  private HeldOut heldOut(Split validation, int classes, long seed) {
    int[] measured = Sample.of(validation.labels(), HELD_OUT, new SplittableRandom(seed).split());
    return new HeldOut(input.of(validation.features()), validation.labels(), classes, measured);
  }

  /**
   * What was learned.
   *
   * @param heads on all examples, by exit
   * @param examples ascending, those that there are out-of-fold logits of: one of each content, or
   *     a sample of these
   * @param outOfFold their logits [examples][exits x classes] by heads that haven't seen the
   *     example
   */
  record Trained(List<Head> heads, int[] examples, float[][] outOfFold) {
    /** What of all training examples' labels belongs to the out-of-fold logits. */
    int[] labels(int[] all) {
      return Arrays.stream(examples).map(i -> all[i]).toArray();
    }
  }

  Trained train(HeadStore store, Progress progress) {
    return train(store, OUT_OF_FOLD, progress);
  }

  /**
   * Learns the heads that the store hasn't.
   *
   * @param most out-of-fold logits that are kept
   */
  Trained train(HeadStore store, int most, Progress progress) {
    return train(TASK, 1 + recipe.folds(), store, most, progress);
  }

  /**
   * Heads on all examples, and none on folds.
   *
   * @param task what it is for, in words
   */
  List<Head> whole(String task, Progress progress) {
    return train(task, 1, HeadStore.NONE, 0, progress).heads();
  }

  private Trained train(String task, int runs, HeadStore store, int most, Progress progress) {
    int[] fold = folds(labels.length);
    int[] kept = kept(most);
    Head[] heads = new Head[exits];
    float[][] logits = new float[kept.length][exits * classes];
    Steps steps = new Steps(progress, task, (long) exits * runs * recipe.epochs());
    // Whole ones first, they take longest.
    Workers.run(
        exits * runs,
        job -> {
          int exit = exits - 1 - job % exits;
          int left = job / exits - 1;
          String name = "exit-%d-%s".formatted(exit, left < 0 ? "whole" : "fold-" + left);
          try (Perceptron net =
              new Perceptron(recipe.batch(), input.columns(exit), recipe.hidden(), classes)) {
            Head head = store.load(name);
            if (head != null && fits(head, exit)) {
              steps.steps(recipe.epochs(), "exit %d: learned before".formatted(exit));
            } else {
              SplittableRandom random = new SplittableRandom(seed + 1_000_003L * job);
              head = learner.learn(net, exit, others(fold, left), random, steps);
              store.save(name, head);
            }
            if (left < 0) {
              heads[exit] = head;
            } else {
              net.load(head);
              unseen(net, exit, fold, left, kept, logits);
            }
          }
        });
    return new Trained(List.of(heads), kept, logits);
  }

  /** Examples with different contents, at most so many. */
  private int[] kept(int most) {
    int[] distinct =
        Arrays.stream(Order.of(labels.length)).filter(i -> firstCopies[i] == i).toArray();
    int[] distinctLabels = Arrays.stream(distinct).map(i -> labels[i]).toArray();
    int[] sample = Sample.of(distinctLabels, most, new SplittableRandom(seed).split());
    return Arrays.stream(sample).map(k -> distinct[k]).toArray();
  }

  private boolean fits(Head head, int exit) {
    return head.mean().length == input.mean(exit).length
        && head.deviation().length == input.deviation(exit).length
        && head.w1().length == input.columns(exit) * recipe.hidden()
        && head.b1().length == recipe.hidden()
        && head.w2().length == recipe.hidden() * classes
        && head.b2().length == classes;
  }

  /** Writes a head's logits of the kept examples of the fold that it hasn't seen. */
  private void unseen(
      Perceptron net, int exit, int[] fold, int left, int[] kept, float[][] logits) {
    int[] rows = Order.of(kept.length);
    rows = Arrays.stream(rows).filter(k -> fold[kept[k]] == left).toArray();
    int[] examples = Arrays.stream(rows).map(k -> kept[k]).toArray();
    float[][] into = Arrays.stream(rows).mapToObj(k -> logits[k]).toArray(float[][]::new);
    Heads.forward(net, input.rows(exit), exit * classes, examples, into);
  }

  /**
   * The fold of each example. Copies share one: a head that learned a copy has seen the example.
   * Each content goes to the smallest fold, in shuffled order, so that without copies folds take
   * turns.
   */
  private int[] folds(int n) {
    int[] order = Order.of(n);
    Order.shuffle(order, new SplittableRandom(seed));
    int[] foldOfContent = new int[n];
    Arrays.fill(foldOfContent, -1);
    int[] copies = new int[n];
    for (int first : firstCopies) {
      copies[first]++;
    }
    int[] sizes = new int[recipe.folds()];
    for (int example : order) {
      int content = firstCopies[example];
      if (foldOfContent[content] < 0) {
        int smallest = smallest(sizes);
        foldOfContent[content] = smallest;
        sizes[smallest] += copies[content];
      }
    }
    return Arrays.stream(firstCopies).map(content -> foldOfContent[content]).toArray();
  }

  /** The first of the smallest. */
  private static int smallest(int[] sizes) {
    int smallest = 0;
    for (int fold = 1; fold < sizes.length; fold++) {
      smallest = sizes[fold] < sizes[smallest] ? fold : smallest;
    }
    return smallest;
  }

  /** Examples of all folds but one. */
  private static int[] others(int[] fold, int left) {
    return Arrays.stream(Order.of(fold.length)).filter(i -> fold[i] != left).toArray();
  }
}
