package dev.offramp.fit.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Shapes of tensors inside a graph, as two runs on made-up events show them. The runs differ in
 * both sizes and neither size of one is the other's, so that what a dimension follows is certain.
 */
final class Shapes {
  /** A dimension that is the number of events. */
  static final String ROWS = "rows";

  /** A dimension that is the number of tokens. */
  static final String TOKENS = "tokens";

  private static final String OTHER = "?";
  private static final int[] EVENTS = {2, 3};
  private static final int[] LENGTHS = {16, 23};

  private final Map<String, List<String>> shapes = new HashMap<>();

  /**
   * Runs the graph twice.
   *
   * @param tensors those to see
   */
  Shapes(OnnxGraph graph, NetworkInputs inputs, Collection<String> tensors) {
    try (Probe probe = new Probe(graph, inputs, tensors)) {
      Map<String, Probe.Seen> first = probe.run(EVENTS[0], LENGTHS[0]);
      Map<String, Probe.Seen> second = probe.run(EVENTS[1], LENGTHS[1]);
      for (String tensor : tensors) {
        if (first.containsKey(tensor) && second.containsKey(tensor)) {
          shapes.put(tensor, named(first.get(tensor).shape(), second.get(tensor).shape()));
        }
      }
    }
  }

  /** {@link #ROWS}, {@link #TOKENS}, or a number for each dimension; empty for what wasn't seen. */
  List<String> of(String tensor) {
    return shapes.getOrDefault(tensor, List.of());
  }

  private static List<String> named(List<Long> first, List<Long> second) {
    if (first.size() != second.size()) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    for (int d = 0; d < first.size(); d++) {
      long one = first.get(d);
      long two = second.get(d);
      if (one == two) {
        names.add(Long.toString(one));
      } else if (one == EVENTS[0] && two == EVENTS[1]) {
        names.add(ROWS);
      } else {
        names.add(one == LENGTHS[0] && two == LENGTHS[1] ? TOKENS : OTHER);
      }
    }
    return names;
  }
}
