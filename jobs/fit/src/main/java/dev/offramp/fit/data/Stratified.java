package dev.offramp.fit.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Shares examples out by chance so that every part has each label's share of it.
 *
 * <p>Labels are gone through in order, each in shuffled order, and every example goes to the part
 * that is furthest behind its share of all examples so far. So totals are within one of what was
 * asked for, and what rounding takes from a small label the next one gets back: with parts
 * proportioned label by label, many small labels would all lose the same part.
 *
 * <p>Examples with the same {@link ExampleContent} stay in one part: a copy of a training example
 * says nothing about new examples. They count as one group, shared out with the examples of the
 * first one's label; totals are then within the size of the largest group. Without copies every
 * group has one example, and the parts are the same as if there were no groups.
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
    return split(examples, ExampleContent.groups(examples), chance, false, shares);
  }

  /**
   * Splits examples so that the first part, for training, has an example of every label: a label
   * that is never seen can't be learned. Where no label is that rare it is {@link #split}.
   */
  static List<List<Example>> trainFirst(List<Example> examples, Random chance, double... shares) {
    return split(examples, ExampleContent.groups(examples), chance, true, shares);
  }

  /**
   * Splits groups of examples.
   *
   * @param groups indexes of the examples of each group, ascending
   */
  private static List<List<Example>> split(
      List<Example> examples,
      List<List<Integer>> groups,
      Random chance,
      boolean trainFirst,
      double... shares) {
    Map<Integer, List<List<Integer>>> byLabel = new TreeMap<>();
    for (List<Integer> group : groups) {
      int label = examples.get(group.get(0)).label();
      byLabel.computeIfAbsent(label, l -> new ArrayList<>()).add(group);
    }
    int[] part = new int[examples.size()];
    int[] sizes = new int[shares.length];
    int seen = 0;
    for (List<List<Integer>> members : byLabel.values()) {
      Collections.shuffle(members, chance);
      int before = sizes[0];
      for (int i = 0; i < members.size(); i++) {
        List<Integer> group = members.get(i);
        seen += group.size();
        int neediest = 0;
        for (int p = 1; p < shares.length; p++) {
          if (shares[p] * seen - sizes[p] > shares[neediest] * seen - sizes[neediest]) {
            neediest = p;
          }
        }
        if (trainFirst && i == members.size() - 1 && sizes[0] == before) {
          neediest = 0;
        }
        sizes[neediest] += group.size();
        for (int member : group) {
          part[member] = neediest;
        }
      }
    }
    if (trainFirst) {
      completeFirst(examples, groups, part);
    }
    List<List<Example>> parts = new ArrayList<>();
    Arrays.stream(shares).forEach(share -> parts.add(new ArrayList<>()));
    for (int i = 0; i < part.length; i++) {
      parts.get(part[i]).add(examples.get(i));
    }
    return parts;
  }

  /**
   * Moves a group to the first part for each label that is only in groups of other labels, which
   * happens where copies have different labels.
   */
  private static void completeFirst(
      List<Example> examples, List<List<Integer>> groups, int[] part) {
    Set<Integer> present = new HashSet<>();
    for (int i = 0; i < part.length; i++) {
      if (part[i] == 0) {
        present.add(examples.get(i).label());
      }
    }
    for (List<Integer> group : groups) {
      if (group.stream().anyMatch(member -> !present.contains(examples.get(member).label()))) {
        for (int member : group) {
          part[member] = 0;
          present.add(examples.get(member).label());
        }
      }
    }
  }

  /** A sample of exactly so many examples, copies or not; all of them if there are no more. */
  static List<Example> sample(List<Example> examples, Random chance, int count) {
    if (count >= examples.size()) {
      return examples;
    }
    if (count == 0) {
      return List.of();
    }
    double share = (double) count / examples.size();
    List<List<Integer>> single = IntStream.range(0, examples.size()).mapToObj(List::of).toList();
    return split(examples, single, chance, false, share, 1 - share).get(0);
  }
}
