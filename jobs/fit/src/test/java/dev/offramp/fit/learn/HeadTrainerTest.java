package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.fit.work.Progress;
import dev.offramp.runtime.Scores;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadTrainerTest {
  private static final int CLASSES = 5;
  private static final double[] SEPARATION = {1, 2, 3};
  private static final Recipe.Heads SMALL = new Recipe.Heads(16, 0.4, 5e-3, 0.1, 32, 6, 3, 3);

  private final MadeUpFeatures features = new MadeUpFeatures(300, 12, CLASSES, SEPARATION, 1, 2);

  private final MadeUpFeatures validation = new MadeUpFeatures(200, 12, CLASSES, SEPARATION, 1, 4);

  @TempDir private Path folder;

  private HeadTrainer.Trained train(int[] labels, long seed) {
    return trainer(features, labels, SMALL, seed).train(HeadStore.NONE, Progress.NONE);
  }

  private HeadTrainer trainer(Features train, int[] labels, Recipe.Heads recipe, long seed) {
    return new HeadTrainer(
        new Split(train, labels), new Split(validation, validation.labels), CLASSES, recipe, seed);
  }

  @Test
  void sameSeedGivesTheSameWeightsToTheBit() {
    HeadTrainer.Trained one = train(features.labels, 7);
    HeadTrainer.Trained two = train(features.labels, 7);
    for (int exit = 0; exit < SEPARATION.length; exit++) {
      assertThat(one.heads().get(exit).w1()).isEqualTo(two.heads().get(exit).w1());
      assertThat(one.heads().get(exit).b2()).isEqualTo(two.heads().get(exit).b2());
    }
    assertThat(one.outOfFold()).isDeepEqualTo(two.outOfFold());
  }

  /** Labels made by chance can only be known by heart, from a copy. */
  @Test
  void noHeadJudgesACopyOfWhatItLearned() {
    int[] rows = new int[300];
    int[] labels = new int[300];
    int[] firstCopies = new int[300];
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 300; i++) {
      rows[i] = i % 50;
      firstCopies[i] = i % 50;
      labels[i] = i < 50 ? random.nextInt(CLASSES) : labels[i - 50];
    }
    Recipe.Heads thorough = new Recipe.Heads(64, 0, 2e-2, 0, 16, 40, 3, 40);
    Split train = new Split(features.picked(rows), labels, firstCopies);

    HeadTrainer.Trained trained =
        new HeadTrainer(train, null, CLASSES, thorough, 1).train(HeadStore.NONE, Progress.NONE);

    assertThat(accuracy(Heads.logits(trained.heads(), train.features()), labels))
        .as("by heart")
        .isGreaterThan(0.9);
    assertThat(trained.examples()).as("one of each content").hasSize(50);
    assertThat(accuracy(trained.outOfFold(), trained.labels(labels)))
        .as("by chance")
        .isLessThan(0.5);
  }

  private static double accuracy(float[][] logits, int[] labels) {
    int right = 0;
    for (int i = 0; i < labels.length; i++) {
      float[] last = Arrays.copyOfRange(logits[i], logits[i].length - CLASSES, logits[i].length);
      right += Scores.argmax(last) == labels[i] ? 1 : 0;
    }
    return right / (double) labels.length;
  }

  @Test
  void anotherSeedGivesOtherWeights() {
    assertThat(train(features.labels, 7).heads().get(1).w1())
        .isNotEqualTo(train(features.labels, 8).heads().get(1).w1());
  }

  @Test
  void headsFromTheStoreGiveWhatLearnedOnesGiveToTheBit() throws IOException {
    HeadTrainer.Trained learned = train(features.labels, 7);
    HeadFolder store = new HeadFolder(folder);
    trainer(features, features.labels, SMALL, 7).train(store, Progress.NONE);
    assertThat(names()).hasSize(12).contains("exit-2-whole.head", "exit-0-fold-1.head");
    Files.delete(folder.resolve("exit-1-whole.head"));
    Files.delete(folder.resolve("exit-2-fold-0.head"));

    List<String> saved = Collections.synchronizedList(new ArrayList<>());
    HeadTrainer.Trained resumed =
        trainer(features, features.labels, SMALL, 7)
            .train(new Recording(store, saved), Progress.NONE);

    assertThat(saved).containsExactlyInAnyOrder("exit-1-whole", "exit-2-fold-0");
    assertThat(resumed.heads())
        .usingRecursiveFieldByFieldElementComparator()
        .isEqualTo(learned.heads());
    assertThat(resumed.outOfFold()).isDeepEqualTo(learned.outOfFold());
  }

  @Test
  void headsOfTheStoreAreUsedAndThoseThatDoNotFitAreNot() throws IOException {
    HeadFolder store = new HeadFolder(folder);
    HeadTrainer.Trained learned =
        trainer(features, features.labels, SMALL, 7).train(store, Progress.NONE);
    copy("exit-2-whole.head", "exit-1-whole.head");
    copy("exit-1-fold-0.head", "exit-0-fold-0.head");

    HeadTrainer.Trained used =
        trainer(features, features.labels, SMALL, 7).train(store, Progress.NONE);

    assertThat(used.heads().get(1).w1()).isEqualTo(learned.heads().get(2).w1());
    assertThat(used.outOfFold()).as("the first exit reads half").isDeepEqualTo(learned.outOfFold());
  }

  private void copy(String from, String to) throws IOException {
    Files.copy(folder.resolve(from), folder.resolve(to), StandardCopyOption.REPLACE_EXISTING);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }

  /** Notes what is saved in another store. */
  private record Recording(HeadStore store, List<String> saved) implements HeadStore {
    @Override
    public Head load(String name) {
      return store.load(name);
    }

    @Override
    public void save(String name, Head head) {
      saved.add(name);
      store.save(name, head);
    }
  }

  @Test
  void outOfFoldLogitsOfASampleAreThoseOfTheSameExamples() {
    HeadTrainer.Trained all = train(features.labels, 7);
    HeadTrainer.Trained some =
        trainer(features, features.labels, SMALL, 7).train(HeadStore.NONE, 100, Progress.NONE);

    assertThat(all.examples()).isEqualTo(Order.of(300));
    assertThat(some.examples()).hasSize(100).isSorted().doesNotHaveDuplicates();
    assertThat(some.outOfFold()).hasDimensions(100, 3 * CLASSES);
    for (int k = 0; k < 100; k++) {
      int example = some.examples()[k];
      assertThat(some.labels(features.labels)[k]).isEqualTo(features.labels[example]);
      assertThat(some.outOfFold()[k]).containsExactly(all.outOfFold()[example], within(1e-4f));
    }
    assertThat(some.heads())
        .as("heads learn from all")
        .usingRecursiveFieldByFieldElementComparator()
        .isEqualTo(all.heads());
  }

  @Test
  void outOfFoldLogitsKnowNothingOfTheExamplesLabel() {
    SplittableRandom random = new SplittableRandom(5);
    int[] noise = features.labels.clone();
    Arrays.setAll(noise, i -> random.nextInt(CLASSES));
    Recipe.Heads memorising = new Recipe.Heads(128, 0, 1e-2, 0, 32, 40, 3, 40);
    HeadTrainer.Trained trained =
        trainer(features, noise, memorising, 1).train(HeadStore.NONE, Progress.NONE);
    assertThat(accuracy(Heads.logits(trained.heads(), features), noise, 2)).isGreaterThan(0.9);
    // Chance is .2; the bound is five standard errors above it.
    assertThat(accuracy(trained.outOfFold(), noise, 2)).isLessThan(0.32);
  }

  @Test
  void deeperExitsAreMoreAccurate() {
    HeadTrainer.Trained trained = train(features.labels, 1);
    MadeUpFeatures fresh = new MadeUpFeatures(1000, 12, CLASSES, SEPARATION, 1, 3);
    float[][] logits = Heads.logits(trained.heads(), fresh);
    double first = accuracy(logits, fresh.labels, 0);
    double last = accuracy(logits, fresh.labels, 2);
    assertThat(first).isGreaterThan(0.3);
    assertThat(last).isGreaterThan(first + 0.15);
  }

  @Test
  void logitsAreWhatTheHeadSays() {
    List<Head> heads = train(features.labels, 1).heads();
    float[][] logits = Heads.logits(heads, features);
    for (int example : new int[] {0, 17, 299}) {
      float[] carry = new float[features.width(0)];
      for (int exit = 0; exit < heads.size(); exit++) {
        float[] expected = forward(heads.get(exit), example, exit, carry);
        for (int c = 0; c < CLASSES; c++) {
          assertThat(logits[example][exit * CLASSES + c]).isCloseTo(expected[c], within(1e-4f));
        }
      }
    }
  }

  @Test
  void linearHeadsReadTheirOwnExitAlone() {
    SplittableRandom random = new SplittableRandom(6);
    float[] none = {};
    List<Head> heads =
        train(features.labels, 1).heads().stream()
            .map(
                h -> {
                  float[] w2 = new float[12 * CLASSES];
                  for (int k = 0; k < w2.length; k++) {
                    w2[k] = (float) random.nextGaussian();
                  }
                  return new Head(h.mean(), h.deviation(), none, none, w2, h.b2());
                })
            .toList();
    float[][] logits = Heads.logits(heads, features);
    float[] x = new float[12];
    for (int exit = 0; exit < heads.size(); exit++) {
      Head head = heads.get(exit);
      features.copy(17, exit, FloatBuffer.wrap(x));
      for (int k = 0; k < CLASSES; k++) {
        double expected = head.b2()[k];
        for (int c = 0; c < x.length; c++) {
          expected += (x[c] - head.mean()[c]) / head.deviation()[c] * head.w2()[c * CLASSES + k];
        }
        assertThat(logits[17][exit * CLASSES + k]).isCloseTo((float) expected, within(1e-4f));
      }
    }
  }

  @Test
  void featuresAreScaledToMeanZeroAndDeviationOne() {
    Head head = train(features.labels, 1).heads().get(1);
    float[] row = new float[features.width(1)];
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < features.examples(); i++) {
      features.copy(i, 1, FloatBuffer.wrap(row));
      double z = (row[3] - head.mean()[3]) / head.deviation()[3];
      sum += z;
      squares += z * z;
    }
    assertThat(sum / features.examples()).isCloseTo(0, within(1e-5));
    assertThat(squares / features.examples()).isCloseTo(1, within(1e-4));
  }

  @Test
  void firstHeadReadsItsOwnFeaturesOnly() {
    List<Head> heads = train(features.labels, 1).heads();
    assertThat(heads.get(0).w1()).hasSize(12 * 16);
    assertThat(heads.get(1).w1()).hasSize(24 * 16);
  }

  @Test
  void exitsOfOtherWidthReadTheirOwnFeaturesOnly() {
    Features narrowing = new Narrowed(features, new int[] {12, 5, 9});
    Features others = new Narrowed(validation, new int[] {12, 5, 9});
    List<Head> heads =
        new HeadTrainer(
                new Split(narrowing, features.labels),
                new Split(others, validation.labels),
                CLASSES,
                SMALL,
                1)
            .train(HeadStore.NONE, Progress.NONE)
            .heads();
    float[][] logits = Heads.logits(heads, narrowing.part(100, 200));

    assertThat(heads).extracting(h -> h.w1().length / 16).containsExactly(12, 5, 9);
    for (int exit = 0; exit < heads.size(); exit++) {
      // Without what is carried on, each exit is a first one.
      float[] x = new float[narrowing.width(exit)];
      narrowing.copy(117, exit, FloatBuffer.wrap(x));
      float[] expected = perceptron(heads.get(exit), scaled(heads.get(exit), x));
      assertThat(Arrays.copyOfRange(logits[17], exit * CLASSES, (exit + 1) * CLASSES))
          .containsExactly(expected, within(1e-4f));
    }
    assertThat(accuracy(logits, Arrays.copyOfRange(features.labels, 100, 300), 2))
        .isGreaterThan(0.6);
  }

  /** The first columns of others' features, so many at each exit. */
  private record Narrowed(Features all, int[] widths) implements Features {
    @Override
    public int examples() {
      return all.examples();
    }

    @Override
    public int exits() {
      return widths.length;
    }

    @Override
    public int width(int exit) {
      return widths[exit];
    }

    @Override
    public void copy(int example, int exit, FloatBuffer into) {
      float[] row = new float[all.width(exit)];
      all.copy(example, exit, FloatBuffer.wrap(row));
      into.put(row, 0, widths[exit]);
    }
  }

  @Test
  void featuresThatAreNotFiniteAreRefusedWithTheirPlace() {
    Features broken = new MadeUpFeatures(10, 4, 2, new double[] {1, Double.NaN}, 1, 2);
    Split split = new Split(broken, new int[10]);
    assertThatThrownBy(() -> new HeadTrainer(split, split, 2, SMALL, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be finite")
        .hasMessageContaining("exit 1");
  }

  /** The arithmetic of {@link Head}'s description, in loops. */
  private float[] forward(Head head, int example, int exit, float[] carry) {
    int width = features.width(exit);
    float[] x = new float[width];
    features.copy(example, exit, FloatBuffer.wrap(x));
    float[] input = Arrays.copyOf(scaled(head, x), exit == 0 ? width : 2 * width);
    for (int c = 0; c < width; c++) {
      if (exit > 0) {
        input[width + c] = carry[c] / exit;
      }
      carry[c] += input[c];
    }
    return perceptron(head, input);
  }

  private static float[] scaled(Head head, float[] x) {
    float[] z = new float[x.length];
    for (int c = 0; c < z.length; c++) {
      z[c] = (x[c] - head.mean()[c]) / head.deviation()[c];
    }
    return z;
  }

  private static float[] perceptron(Head head, float[] input) {
    int hidden = head.b1().length;
    float[] logits = head.b2().clone();
    for (int h = 0; h < hidden; h++) {
      float unit = head.b1()[h];
      for (int c = 0; c < input.length; c++) {
        unit += input[c] * head.w1()[c * hidden + h];
      }
      for (int k = 0; k < CLASSES; k++) {
        logits[k] += Math.max(0, unit) * head.w2()[h * CLASSES + k];
      }
    }
    return logits;
  }

  private static double accuracy(float[][] logits, int[] labels, int exit) {
    int right = 0;
    for (int i = 0; i < labels.length; i++) {
      float[] own = Arrays.copyOfRange(logits[i], exit * CLASSES, (exit + 1) * CLASSES);
      right += Scores.argmax(own) == labels[i] ? 1 : 0;
    }
    return right / (double) labels.length;
  }
}
