package dev.offramp.fit.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.fit.work.Progress;
import dev.offramp.fit.work.Steps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HeadLearnerTest {
  private static final int CLASSES = 5;
  private static final int EPOCHS = 12;
  private static final double[] SEPARATION = {1.5};

  private final MadeUpFeatures train = new MadeUpFeatures(300, 12, CLASSES, SEPARATION, 1, 2);
  private final MadeUpFeatures others = new MadeUpFeatures(400, 12, CLASSES, SEPARATION, 1, 3);
  private final HeadInput input = HeadInput.measured(train);

  private static Recipe.Heads recipe(int epochs, int patience) {
    return new Recipe.Heads(16, 0.1, 2e-2, 0.1, 32, epochs, 3, patience);
  }

  private HeldOut heldOut(int... examples) {
    return new HeldOut(input.of(others), others.labels, CLASSES, examples);
  }

  /** A learned head, and what was heard of it. */
  private record Run(Head head, List<Long> done, List<String> details) {
    double accuracy(int measured) {
      String d = details.get(measured);
      return Double.parseDouble(d.substring(d.lastIndexOf(' ', d.length() - 3), d.length() - 2));
    }
  }

  private Run learn(HeldOut heldOut, Recipe.Heads recipe) {
    List<Long> done = new ArrayList<>();
    List<String> details = new ArrayList<>();
    Progress progress =
        new Progress() {
          @Override
          public void at(String task, long at, long total) {
            done.add(at);
          }

          @Override
          public void at(String task, long at, long total, String detail) {
            done.add(at);
            details.add(detail);
          }
        };
    try (Perceptron net = net()) {
      Steps steps = new Steps(progress, "learning", recipe.epochs());
      Head head =
          new HeadLearner(input, train.labels, CLASSES, heldOut, recipe)
              .learn(net, 0, Order.of(300), new SplittableRandom(9), steps);
      return new Run(head, done, details);
    }
  }

  private static Perceptron net() {
    return new Perceptron(32, 12, 16, CLASSES);
  }

  private double accuracy(Head head, HeldOut heldOut) {
    try (Perceptron net = net()) {
      net.load(head);
      return 100 * heldOut.measure(net, 0).accuracy();
    }
  }

  @Test
  void secondHalfOfTheScheduleIsMeasuredAndItsBestEpochKept() {
    HeldOut heldOut = heldOut(Order.of(400));
    Run run = learn(heldOut, recipe(EPOCHS, EPOCHS));
    assertThat(run.done()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L);
    assertThat(run.details()).hasSize(EPOCHS / 2);
    double best = -1;
    for (int k = 0; k < EPOCHS / 2; k++) {
      best = Math.max(best, run.accuracy(k));
    }
    assertThat(run.accuracy(EPOCHS / 2 - 1)).as("the last isn't the best here").isLessThan(best);
    assertThat(accuracy(run.head(), heldOut)).isCloseTo(best, within(0.051));
  }

  @Test
  void headWhoseAccuracyNoLongerRisesStopsWithTheLastAmongEquals() {
    HeldOut always = heldOut(alwaysRight());
    Run stopped = learn(always, recipe(EPOCHS, 2));
    // Measured after epochs 7, 8 and 9; what is left counts as done.
    assertThat(stopped.done()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 12L);
    assertThat(stopped.details()).hasSize(3).allMatch(d -> d.endsWith("accuracy 100.0 %"));

    Run longer = learn(always, recipe(EPOCHS, 3));
    assertThat(longer.done()).endsWith(8L, 9L, 12L);
    assertThat(longer.head().w1()).as("one epoch later").isNotEqualTo(stopped.head().w1());
    assertThat(learn(always, recipe(EPOCHS, 2)).head())
        .usingRecursiveComparison()
        .isEqualTo(stopped.head());
  }

  /** An example that every measured epoch gets right. */
  private int alwaysRight() {
    for (int i = 0; i < others.examples(); i++) {
      Run run = learn(heldOut(i), recipe(EPOCHS, EPOCHS));
      if (run.details().stream().allMatch(d -> d.endsWith("100.0 %"))) {
        return i;
      }
    }
    throw new AssertionError("no example is easy");
  }

  @Test
  void headWithoutHeldOutExamplesLearnsToTheEnd() {
    Run run = learn(null, recipe(EPOCHS, 1));
    assertThat(run.details()).isEmpty();
    assertThat(run.done()).hasSize(EPOCHS).endsWith(12L);
    Run measured = learn(heldOut(alwaysRight()), recipe(EPOCHS, EPOCHS));
    assertThat(measured.accuracy(5)).as("the last epoch is its best").isEqualTo(100);
    assertThat(run.head()).usingRecursiveComparison().isEqualTo(measured.head());
  }

  @Test
  void onlyEpochIsMeasured() {
    Run run = learn(heldOut(Order.of(400)), recipe(1, 1));
    assertThat(run.details()).hasSize(1);
    assertThat(run.head().w1()).hasSize(12 * 16);
  }

  @Test
  void headThatKnowsNothingLosesTheLogarithmOfTheClasses() {
    int[] examples = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    double first = Arrays.stream(examples).filter(i -> others.labels[i] == 0).count() / 10.0;
    try (Perceptron zero = net()) {
      HeldOut.Measured measured = heldOut(examples).measure(zero, 0);
      assertThat(measured.loss()).isCloseTo(Math.log(CLASSES), within(1e-6));
      assertThat(measured.accuracy()).as("the first label among equals").isEqualTo(first);
    }
    assertThat(new HeldOut.Measured(0.314, 0.951).at(7))
        .isEqualTo("exit 7: held-out loss 0.31, accuracy 95.1 %");
  }
}
