package dev.offramp.fit.learn;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;

/**
 * Some of many examples, by chance, with each label's share: examples in shuffled order are sorted
 * by label, and every so many-th is taken, so that each label has its share to within one.
 * Stateless; any thread.
 */
final class Sample {
  private Sample() {}

  /**
   * Which examples.
   *
   * @param most how many; all of them if there are no more
   * @return ascending
   */
  static int[] of(int[] labels, int most, SplittableRandom random) {
    int[] order = Order.of(labels.length);
    if (labels.length <= most) {
      return order;
    }
    Order.shuffle(order, random);
    int[] byLabel =
        Arrays.stream(order)
            .boxed()
            .sorted(Comparator.comparingInt(i -> labels[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] taken = new int[most];
    Arrays.setAll(taken, k -> byLabel[(int) ((long) k * labels.length / most)]);
    Arrays.sort(taken);
    return taken;
  }
}
