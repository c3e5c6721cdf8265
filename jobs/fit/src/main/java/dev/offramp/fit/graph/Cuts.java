package dev.offramp.fit.graph;

import dev.offramp.runtime.Manifest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Where a backbone can be cut into stages, and what it costs to get there.
 *
 * <p>{@link Dominance} names the tensors; running the backbone once gives the shapes from which the
 * multiply-adds of each heavy node follow, and a second run, of other length, which dimension is
 * that of the tokens. Of cuts with the same multiply-adds before them the last is kept (in an
 * encoder the end of a layer norm). A cut must be float and of a shape that can be pooled and
 * handed on.
 *
 * @param graph the backbone
 * @param inputs what it reads
 * @param candidates front to back; the result is not among them
 * @param output the backbone's result, the tensor of the last exit
 * @param obstacles why there are no more candidates, in words: a tensor that separates but is no
 *     exit, or where no tensor does
 */
public record Cuts(
    OnnxGraph graph,
    NetworkInputs inputs,
    List<Cut> candidates,
    Cut output,
    List<String> obstacles) {
  private static final String SHAPES =
      "float [rows, tokens, width], [rows, channels, height, width] or [rows, width]";

  /** Tokens of an event of nominal length. */
  static final int NOMINAL_TOKENS = 16;

  private static final int OTHER_TOKENS = 23;
  private static final int OTHER_ROWS = 3;

  /**
   * Finds the cuts of a backbone that reads tensors, or texts of some dozens of tokens; runs it
   * twice.
   *
   * @throws IllegalArgumentException as {@link #of(OnnxGraph, int)}
   */
  public static Cuts of(OnnxGraph graph) {
    return of(graph, OTHER_TOKENS);
  }

  /**
   * Finds the cuts of a backbone; runs it twice.
   *
   * @param maxTokens a text may have, 2 or more; without meaning for tensors
   * @throws IllegalArgumentException says what the backbone reads, makes or contains that can't be
   *     served
   */
  public static Cuts of(OnnxGraph graph, int maxTokens) {
    int tokens = Math.min(NOMINAL_TOKENS, maxTokens);
    int otherTokens = maxTokens > NOMINAL_TOKENS ? Math.min(OTHER_TOKENS, maxTokens) : tokens - 1;
    NetworkInputs inputs = NetworkInputs.of(graph);
    Dominance dominance = new Dominance(graph);
    List<String> tensors = new ArrayList<>(dominance.cuts());
    tensors.add(graph.output());
    Set<String> wanted = new LinkedHashSet<>(tensors);
    int[] heavy = dominance.heavy().stream().toArray();
    for (int node : heavy) {
      wanted.addAll(Operators.shapesNeeded(graph.nodes().get(node)));
    }
    Map<String, Probe.Seen> nominal;
    Map<String, Probe.Seen> other;
    try (Probe probe = new Probe(graph, inputs, wanted)) {
      nominal = probe.run(1, tokens);
      other = probe.run(OTHER_ROWS, otherTokens);
    }
    Map<Integer, Long> work = new HashMap<>();
    for (int node : heavy) {
      work.put(
          node,
          Operators.multiplyAdds(graph.nodes().get(node), tensor -> nominal.get(tensor).shape()));
    }
    List<Cut> found = new ArrayList<>();
    List<String> obstacles = new ArrayList<>();
    if (tensors.size() == 1) {
      obstacles.add(dominance.obstacle());
    }
    for (String tensor : tensors) {
      BitSet before = dominance.heavyBefore(tensor);
      long multiplyAdds = before.stream().mapToLong(work::get).sum();
      Optional<List<Integer>> shape =
          shape(nominal.get(tensor), tokens, other.get(tensor), otherTokens);
      if (shape.isPresent()) {
        found.add(new Cut(tensor, shape.get(), multiplyAdds));
      } else {
        obstacles.add(
            "the tensor %s of %s is %s: an exit needs %s"
                .formatted(
                    tensor,
                    graph.describe(graph.producer(tensor)),
                    shapes(nominal.get(tensor), other.get(tensor)),
                    SHAPES));
      }
    }
    Cut output = found.isEmpty() ? null : found.remove(found.size() - 1);
    if (output == null || !output.tensor().equals(graph.output())) {
      throw new IllegalArgumentException(
          "the output %s of %s must be %s; it is %s"
              .formatted(
                  graph.output(),
                  graph.name(),
                  SHAPES,
                  shapes(nominal.get(graph.output()), other.get(graph.output()))));
    }
    return new Cuts(graph, inputs, lastOfEach(found, output), output, obstacles);
  }

  private static String shapes(Probe.Seen nominal, Probe.Seen other) {
    return "%s %s for one event and %s for %d"
        .formatted(
            nominal.isFloat() ? "float" : "not float, and",
            nominal.shape(),
            other.shape(),
            OTHER_ROWS);
  }

  private static List<Cut> lastOfEach(List<Cut> found, Cut output) {
    return IntStream.range(0, found.size())
        .filter(
            i -> {
              Cut next = i + 1 < found.size() ? found.get(i + 1) : output;
              return found.get(i).multiplyAddsBefore() < next.multiplyAddsBefore()
                  && found.get(i).multiplyAddsBefore() < output.multiplyAddsBefore();
            })
        .mapToObj(found::get)
        .toList();
  }

  /** The shape of one event, where the tensor is float and a stage can hand it on. */
  private static Optional<List<Integer>> shape(
      Probe.Seen nominal, int nominalTokens, Probe.Seen other, int otherTokens) {
    List<Long> one = nominal.shape();
    List<Long> two = other.shape();
    int rank = one.size();
    if (!nominal.isFloat()
        || rank < 2
        || rank > 4
        || two.size() != rank
        || one.get(0) != 1
        || two.get(0) != OTHER_ROWS) {
      return Optional.empty();
    }
    List<Integer> shape = new ArrayList<>();
    for (int d = 1; d < rank; d++) {
      boolean fixed = one.get(d).equals(two.get(d));
      boolean tokens = one.get(d) == nominalTokens && two.get(d) == otherTokens;
      if (!fixed && !(tokens && d == 1 && rank == 3)) {
        return Optional.empty();
      }
      shape.add(fixed ? Math.toIntExact(one.get(d)) : Manifest.TOKENS);
    }
    return Optional.of(shape);
  }
}
