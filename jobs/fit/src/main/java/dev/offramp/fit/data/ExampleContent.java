package dev.offramp.fit.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Identifies what the network reads of an example: the first 128 bits of the SHA-256 of its exact
 * text, or of its tensor's shape and values. Texts that differ in case or in a space have different
 * contents, although a tokenizer may make them equal. Immutable; any thread.
 *
 * @param high the first 64 bits
 * @param low the next 64 bits
 */
record ExampleContent(long high, long low) {
  /** The content of a text or a tensor; the label does not matter. */
  static ExampleContent of(Example example) {
    String hex = new Hash().add(example).hex();
    return new ExampleContent(
        Long.parseUnsignedLong(hex, 0, 16, 16), Long.parseUnsignedLong(hex, 16, 32, 16));
  }

  /**
   * For each example, the index of the first example in the list with the same content. Memory:
   * about 100 bytes for each different content.
   */
  static int[] firstCopies(List<Example> examples) {
    Map<ExampleContent, Integer> seen = new HashMap<>();
    int[] first = new int[examples.size()];
    for (int i = 0; i < first.length; i++) {
      Integer before = seen.putIfAbsent(of(examples.get(i)), i);
      first[i] = before == null ? i : before;
    }
    return first;
  }

  /** The examples of each content, in the order of the contents' first examples. */
  static List<List<Integer>> groups(List<Example> examples) {
    int[] first = firstCopies(examples);
    Map<Integer, List<Integer>> byFirst = new LinkedHashMap<>();
    for (int i = 0; i < first.length; i++) {
      byFirst.computeIfAbsent(first[i], f -> new ArrayList<>(1)).add(i);
    }
    return new ArrayList<>(byFirst.values());
  }
}
