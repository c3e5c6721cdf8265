package dev.offramp.flink;

import dev.offramp.runtime.Manifest;
import java.util.ArrayList;
import java.util.List;

/** Where the operators of a network begin: the first stage of each, ascending from 0. */
final class Division {
  private static final int FEW_STAGES = 6;
  private static final double[] SHARES = {1.0 / 2, 1.0 / 6};
  private static final double ROUNDING = 1e-9;

  private Division() {}

  /**
   * By how many events get there: a new operator begins at the first stage that at most a half of
   * them reach, and at the first that at most a sixth reach. Networks of few stages are left whole.
   *
   * @param exitShares share of events expected to leave at each exit
   */
  static List<Integer> byShares(List<Double> exitShares) {
    List<Integer> firsts = new ArrayList<>(List.of(0));
    if (exitShares.size() < FEW_STAGES) {
      return firsts;
    }
    double reach = 1;
    int next = 0;
    for (int k = 1; k < exitShares.size(); k++) {
      reach -= exitShares.get(k - 1);
      int passed = next;
      while (next < SHARES.length && reach <= SHARES[next] + ROUNDING) {
        next++;
      }
      if (next > passed) {
        firsts.add(k);
      }
    }
    return firsts;
  }

  /** So many operators of like length. */
  static List<Integer> even(int operators, Manifest manifest) {
    int stages = manifest.exits();
    if (operators < 1 || operators > stages) {
      throw new IllegalArgumentException(
          "operators must be 1 to %d, the stages of bundle %s: %d"
              .formatted(stages, manifest.id(), operators));
    }
    List<Integer> firsts = new ArrayList<>();
    for (int i = 0; i < operators; i++) {
      firsts.add(i * stages / operators);
    }
    return firsts;
  }

  /** As asked for. */
  static List<Integer> at(List<Integer> firstStages, Manifest manifest) {
    int before = -1;
    for (int first : firstStages) {
      if (first <= before || first >= manifest.exits()) {
        before = Integer.MAX_VALUE;
        break;
      }
      before = first;
    }
    if (firstStages.isEmpty() || firstStages.get(0) != 0 || before == Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "operators must begin at stages that ascend from 0 to at most %d, the last of bundle %s: %s"
              .formatted(manifest.exits() - 1, manifest.id(), firstStages));
    }
    return firstStages;
  }
}
