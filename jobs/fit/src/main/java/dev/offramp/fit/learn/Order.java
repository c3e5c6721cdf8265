package dev.offramp.fit.learn;

import java.util.Arrays;
import java.util.SplittableRandom;

/** The order in which examples are gone through. Stateless; any thread. */
final class Order {
  private Order() {}

  /** 0 to n - 1. */
  static int[] of(int n) {
    int[] order = new int[n];
    Arrays.setAll(order, i -> i);
    return order;
  }

  /** Every order alike likely. */
  static void shuffle(int[] order, SplittableRandom random) {
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int t = order[i];
      order[i] = order[j];
      order[j] = t;
    }
  }
}
