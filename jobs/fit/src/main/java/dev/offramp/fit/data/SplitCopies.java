package dev.offramp.fit.data;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reports examples whose content is also in a split that learning reads earlier. Splits that
 * Offramp makes have none; splits that are given can. Stateless; any thread.
 */
final class SplitCopies {
  private SplitCopies() {}

  /**
   * Reports the number of copies in each split, one line for each split that has any.
   *
   * @param notes receives the lines
   */
  static void report(Dataset data, Consumer<String> notes) {
    if (data.train().isEmpty()) {
      return;
    }
    Set<ExampleContent> earlier = new HashSet<>();
    add(data.train(), earlier);
    report(
        data,
        "validation",
        copies(data.validation(), earlier),
        "training",
        "operating points chosen on them look better than they are",
        notes);
    add(data.validation(), earlier);
    report(
        data,
        "calibration",
        copies(data.calibration(), earlier),
        "training or validation",
        "prediction sets miss their level and probabilities are too high",
        notes);
    add(data.calibration(), earlier);
    report(
        data,
        "test",
        copies(data.test(), earlier),
        "training, validation or calibration",
        "figures on them are too good",
        notes);
    report(
        data,
        "out-of-scope",
        copies(data.outOfScope(), earlier),
        "training, validation or calibration",
        "they count as out of scope and have a label",
        notes);
  }

  /** How many of how many are copies. */
  private record Count(long copies, int examples) {}

  private static Count copies(List<Example> examples, Set<ExampleContent> earlier) {
    return new Count(
        examples.stream().map(ExampleContent::of).filter(earlier::contains).count(),
        examples.size());
  }

  private static void add(List<Example> examples, Set<ExampleContent> to) {
    examples.forEach(example -> to.add(ExampleContent.of(example)));
  }

  private static void report(
      Dataset data,
      String split,
      Count count,
      String earlier,
      String consequence,
      Consumer<String> notes) {
    if (count.copies > 0) {
      notes.accept(
          "%s: %d of %d %s examples are copies of examples for %s: %s; remove the copies from one of the splits"
              .formatted(data.name(), count.copies, count.examples, split, earlier, consequence));
    }
  }
}
