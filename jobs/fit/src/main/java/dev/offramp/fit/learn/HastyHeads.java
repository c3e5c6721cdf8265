package dev.offramp.fit.learn;

import dev.offramp.fit.work.Progress;
import dev.offramp.fit.work.Workers;
import dev.offramp.runtime.Measure;
import dev.offramp.runtime.Measures;
import dev.offramp.runtime.Scores;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Heads learned in haste at every possible exit, only to judge which exits are worth having.
 *
 * <p>A third of the epochs on a few thousand examples cost a hundredth of the real heads' time and
 * are a few points less accurate, but at every exit alike, and what is asked is how exits compare.
 * They judge examples that they haven't seen: those of validation, and the training examples that
 * were left out; each exit's temperature comes from the former. One thing differs from the heads to
 * come: past the first, a head reads the mean of all exits before it (see {@link Head}), here of
 * every possible exit, later of those chosen.
 */
public final class HastyHeads {
  /** Examples to learn on, at most. */
  static final int LEARNED = 5_000;

  /** Examples to judge, at most. */
  static final int JUDGED = 10_000;

  /** Enough of validation for a temperature. */
  private static final int FOR_TEMPERATURE = 2_000;

  private static final int EPOCHS = 4;

  private final List<Head> heads;
  private final double[][] sure;
  private final boolean[][] correct;

  private HastyHeads(List<Head> heads, int examples) {
    this.heads = heads;
    this.sure = new double[heads.size()][examples];
    this.correct = new boolean[heads.size()][examples];
  }

  /**
   * Learns heads and judges examples, on all cores; the outcome doesn't depend on how many there
   * are.
   *
   * @param train at every possible exit
   * @param validation at the same exits
   * @param recipe how the heads to come are learned; the hidden layer is theirs
   * @param seed of all chance
   * @throws IllegalArgumentException if the examples don't fit together; says where
   */
  public static HastyHeads learn(
      Split train,
      Split validation,
      int classes,
      Recipe.Heads recipe,
      long seed,
      Progress progress) {
    int exits = train.features().exits();
    train.check("training", exits, classes, recipe.folds());
    validation.check("validation", exits, classes, 1);
    int[] order = shuffled(train.labels().length, seed);
    // Some must be left to judge.
    int learned = Math.min(LEARNED, train.labels().length * 2 / 3);
    int[] seen = Arrays.copyOf(order, learned);
    int[] held = shuffled(validation.labels().length, seed);
    held = Arrays.copyOf(held, Math.min(held.length, FOR_TEMPERATURE));
    int to = Math.min(order.length, learned + JUDGED - held.length);
    int[] unseen = withoutCopies(Arrays.copyOfRange(order, learned, to), seen, train.firstCopies());

    List<Head> heads =
        new HeadTrainer(
                new Split(train.features().picked(seen), picked(train.labels(), seen)),
                null,
                classes,
                hasty(recipe),
                seed)
            .whole("judging exits", progress);
    HastyHeads judged = new HastyHeads(heads, held.length + unseen.length);
    double[] temperatures = new double[heads.size()];
    float[][] logits = Heads.logits(heads, validation.features().picked(held));
    int[] labels = picked(validation.labels(), held);
    judged.temperatures(logits, labels, temperatures);
    judged.judge(logits, labels, temperatures, 0);
    logits = Heads.logits(heads, train.features().picked(unseen));
    judged.judge(logits, picked(train.labels(), unseen), temperatures, held.length);
    return judged;
  }

  /** By exit; as wide as those to come. */
  public List<Head> heads() {
    return heads;
  }

  /**
   * The exits to have, ascending; the last one is always among them.
   *
   * @param costs of getting to each exit as a share of the backbone, ascending, 1 at the last
   * @param boundary what it costs to pass one exit, its head included, as a share of the backbone
   * @param most how many there may be, 1 or more
   */
  public List<Integer> choose(double[] costs, double boundary, int most) {
    return new ExitProposal(sure, correct, costs, boundary).choose(most);
  }

  private void temperatures(float[][] logits, int[] labels, double[] into) {
    Workers.run(
        into.length,
        exit ->
            into[exit] =
                labels.length < Temperature.FEW ? 1 : Temperature.best(own(logits, exit), labels));
  }

  /** Takes in examples from one place on. */
  private void judge(float[][] logits, int[] labels, double[] temperatures, int from) {
    Workers.run(
        temperatures.length,
        exit -> {
          float[][] scores = own(logits, exit);
          double[] measures = new double[Measures.COUNT];
          for (int i = 0; i < labels.length; i++) {
            float[] p = scores[i];
            for (int c = 0; c < p.length; c++) {
              p[c] /= (float) temperatures[exit];
            }
            Scores.softmax(p);
            Measures.of(0, p, p, 0, measures);
            sure[exit][from + i] = measures[Measure.LOGIT.index()];
            correct[exit][from + i] = Scores.argmax(p) == labels[i];
          }
        });
  }

  /** Copies of one exit's logits. */
  private float[][] own(float[][] logits, int exit) {
    int classes = heads.get(exit).b2().length;
    float[][] own = new float[logits.length][];
    for (int i = 0; i < own.length; i++) {
      own[i] = Arrays.copyOfRange(logits[i], exit * classes, (exit + 1) * classes);
    }
    return own;
  }

  private static Recipe.Heads hasty(Recipe.Heads r) {
    return new Recipe.Heads(
        r.hidden(),
        r.dropout(),
        r.learningRate(),
        r.weightDecay(),
        r.batch(),
        Math.min(EPOCHS, r.epochs()),
        r.folds(),
        r.patience());
  }

  private static int[] shuffled(int n, long seed) {
    int[] order = Order.of(n);
    Order.shuffle(order, new SplittableRandom(seed));
    return order;
  }

  /** Those of which no copy has been seen. */
  private static int[] withoutCopies(int[] rows, int[] seen, int[] firstCopies) {
    boolean[] known = new boolean[firstCopies.length];
    for (int row : seen) {
      known[firstCopies[row]] = true;
    }
    return Arrays.stream(rows).filter(row -> !known[firstCopies[row]]).toArray();
  }

  private static int[] picked(int[] labels, int[] rows) {
    return Arrays.stream(rows).map(i -> labels[i]).toArray();
  }
}
