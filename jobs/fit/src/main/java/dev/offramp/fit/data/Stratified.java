package dev.offramp.fit.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Shares examples out by chance so that every part has each label's share of it.
 *
 * <p>Labels are gone through in order, each in shuffled order, and every example goes to the part
 * that is furthest behind its share of all examples so far. So totals are within one of what was
 * asked for, and what rounding takes from a small label the next one gets back: with parts
 * proportioned label by label, many small labels would all lose the same part.
 */
final class Stratified {
  private Stratified() {}

  /**
   * Splits examples.
   *
   * @param shares of the parts, above 0, summing to 1
   * @param chance decides who goes where
   * @return the parts, each in the order of the examples
   */
  static List<List<Example>> split(List<Example> examples, Random chance, double... shares) {
    return split(examples, chance, false, shares);
  }

  /**
   * Splits examples so that the first part, for training, has an example of every label: a label
   * that is never seen can't be learned. Where no label is that rare it is {@link #split}.
   */
  static List<List<Example>> trainFirst(List<Example> examples, Random chance, double... shares) {
    return split(examples, chance, true, shares);
  }

  private static List<List<Example>> split(
      List<Example> examples, Random chance, boolean trainFirst, double... shares) {
    Map<Integer, List<Integer>> byLabel = new TreeMap<>();
    for (int i = 0; i < examples.size(); i++) {
      byLabel.computeIfAbsent(examples.get(i).label(), label -> new ArrayList<>()).add(i);
    }
    int[] part = new int[examples.size()];
    int[] sizes = new int[shares.length];
    int seen = 0;
    for (List<Integer> members : byLabel.values()) {
      Collections.shuffle(members, chance);
      int before = sizes[0];
      for (int i = 0; i < members.size(); i++) {
        int member = members.get(i);
        seen++;
        int neediest = 0;
        for (int p = 1; p < shares.length; p++) {
          if (shares[p] * seen - sizes[p] > shares[neediest] * seen - sizes[neediest]) {
            neediest = p;
          }
        }
        if (trainFirst && i == members.size() - 1 && sizes[0] == before) {
          neediest = 0;
        }
        sizes[neediest]++;
        part[member] = neediest;
      }
    }
    List<List<Example>> parts = new ArrayList<>();
    Arrays.stream(shares).forEach(share -> parts.add(new ArrayList<>()));
    for (int i = 0; i < part.length; i++) {
      parts.get(part[i]).add(examples.get(i));
    }
    return parts;
  }

  /** A sample of so many examples, all of them if there are no more. */
  static List<Example> sample(List<Example> examples, Random chance, int count) {
    if (count >= examples.size()) {
      return examples;
    }
    if (count == 0) {
      return List.of();
    }
    double share = (double) count / examples.size();
    return split(examples, chance, share, 1 - share).get(0);
  }
}
