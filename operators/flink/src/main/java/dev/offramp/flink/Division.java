package dev.offramp.flink;

import dev.offramp.runtime.Manifest;
import java.util.ArrayList;
import java.util.List;

/** Where the operators of a network begin: the first stage of each, ascending from 0. */
final class Division {
  private Division() {}

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
