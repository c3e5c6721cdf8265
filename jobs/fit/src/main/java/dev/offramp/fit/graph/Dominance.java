package dev.offramp.fit.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Finds the single tensors that separate the front of a network from the rest.
 *
 * <p>Heavy nodes are products, convolutions, attention, and look-ups in weights. What no heavy node
 * comes before (shapes, casts, the extended attention mask) is light: each stage computes it again
 * from the graph's inputs, so it may cross a cut freely. A tensor is a cut if every heavy node is
 * either before or after it, and nothing else that isn't light leads from before it to after it.
 * Cuts so found lie one behind the other. Costs one bit for each pair of nodes.
 *
 * <p>Where several tensors cross everywhere (position biases or rotary angles made once by a
 * product and used in each layer, long skip connections) there is no single-tensor cut, and none is
 * found.
 */
final class Dominance {
  /** Tensors named in a message. */
  private static final int NAMED = 3;

  private final OnnxGraph graph;
  private final BitSet used = new BitSet();
  private final BitSet hidden = new BitSet();
  private final BitSet heavy = new BitSet();
  private final BitSet[] before;
  private final BitSet[] after;

  Dominance(OnnxGraph graph) {
    this.graph = graph;
    int n = graph.nodes().size();
    this.before = new BitSet[n];
    this.after = new BitSet[n];
    markUsed();
    classify();
    relate();
  }

  /** The heavy nodes that the network's result needs, as indices in the graph's nodes. */
  BitSet heavy() {
    return heavy;
  }

  /** The heavy nodes that a tensor needs. */
  BitSet heavyBefore(String tensor) {
    BitSet set = (BitSet) before[graph.producer(tensor)].clone();
    set.and(heavy);
    return set;
  }

  /** The tensors that cut the network, front to back; its result is not among them. */
  List<String> cuts() {
    List<String> cuts = new ArrayList<>();
    for (int n = hidden.nextSetBit(0); n >= 0; n = hidden.nextSetBit(n + 1)) {
      for (String tensor : OnnxGraph.outputs(graph.nodes().get(n))) {
        if (cutsAt(n, tensor)) {
          cuts.add(tensor);
        }
      }
    }
    cuts.sort(Comparator.comparingInt(t -> before[graph.producer(t)].cardinality()));
    return cuts;
  }

  /**
   * Why no tensor cuts the network, in words: what is needed behind the place where the fewest
   * tensors are.
   */
  String obstacle() {
    if (heavy.cardinality() < 2) {
      return "it has %s product, convolution or look-up in weights, and an exit lies between two"
          .formatted(heavy.isEmpty() ? "no" : "only one");
    }
    int place = -1;
    List<String> fewest = List.of();
    for (int n = hidden.nextSetBit(0); n >= 0; n = hidden.nextSetBit(n + 1)) {
      List<String> needed = neededBehind(n);
      if (heavy.intersects(after[n]) && (place < 0 || needed.size() < fewest.size())) {
        place = n;
        fewest = needed;
      }
    }
    if (place < 0) {
      return "its products, convolutions and look-ups in weights lie side by side, and an exit lies between two that follow each other";
    }
    return "an exit needs one tensor that everything behind it is computed from, and even where the fewest are needed, behind %s, there are %d: %s"
        .formatted(
            graph.describe(place),
            fewest.size(),
            fewest.stream()
                .limit(NAMED)
                .map(t -> "%s of %s".formatted(t, graph.describe(graph.producer(t))))
                .collect(Collectors.joining("; "))
                .concat(fewest.size() > NAMED ? "; ..." : ""));
  }

  /** The tensors that nodes which need this one read from those which don't. */
  private List<String> neededBehind(int node) {
    List<String> needed = new ArrayList<>();
    for (int n = hidden.nextSetBit(0); n >= 0; n = hidden.nextSetBit(n + 1)) {
      if (!after[node].get(n)) {
        for (String output : OnnxGraph.outputs(graph.nodes().get(n))) {
          if (graph.consumers(output).stream().anyMatch(after[node]::get)) {
            needed.add(output);
          }
        }
      }
    }
    return needed;
  }

  private boolean cutsAt(int node, String tensor) {
    BitSet elsewhere = (BitSet) heavy.clone();
    elsewhere.andNot(before[node]);
    elsewhere.andNot(after[node]);
    if (!elsewhere.isEmpty() || tensor.equals(graph.output())) {
      return false;
    }
    BitSet front = before[node];
    for (int n = front.nextSetBit(0); n >= 0; n = front.nextSetBit(n + 1)) {
      for (String output : OnnxGraph.outputs(graph.nodes().get(n))) {
        if (!output.equals(tensor)
            && (output.equals(graph.output())
                || graph.consumers(output).stream().anyMatch(c -> used.get(c) && !front.get(c)))) {
          return false;
        }
      }
    }
    return true;
  }

  private void markUsed() {
    Integer last = graph.producer(graph.output());
    if (last == null) {
      throw new IllegalArgumentException(
          "%s: no node makes the output %s".formatted(graph.name(), graph.output()));
    }
    used.set(last);
    for (int n = last; n >= 0; n--) {
      if (used.get(n)) {
        for (String input : OnnxGraph.reads(graph.nodes().get(n))) {
          if (graph.producer(input) != null) {
            used.set(graph.producer(input));
          }
        }
      }
    }
  }

  private void classify() {
    BitSet varying = new BitSet();
    for (int n = used.nextSetBit(0); n >= 0; n = used.nextSetBit(n + 1)) {
      NodeProto node = graph.nodes().get(n);
      for (String input : OnnxGraph.reads(node)) {
        varying.set(n, varying.get(n) || varies(input, varying));
        Integer producer = graph.producer(input);
        hidden.set(n, hidden.get(n) || (producer != null && hidden.get(producer)));
      }
      boolean table = Operators.lookup(node) && !varies(node.getInput(0), varying);
      if (varying.get(n) && (table || Operators.heavy(node))) {
        heavy.set(n);
        hidden.set(n);
      }
    }
  }

  private boolean varies(String tensor, BitSet varying) {
    Integer producer = graph.producer(tensor);
    return producer == null ? graph.inputs().containsKey(tensor) : varying.get(producer);
  }

  /** Only hidden nodes are related: light ones are made again wherever they are needed. */
  private void relate() {
    for (int n = hidden.nextSetBit(0); n >= 0; n = hidden.nextSetBit(n + 1)) {
      before[n] = new BitSet();
      before[n].set(n);
      for (String input : OnnxGraph.reads(graph.nodes().get(n))) {
        Integer producer = graph.producer(input);
        if (producer != null && hidden.get(producer)) {
          before[n].or(before[producer]);
        }
      }
    }
    for (int n = hidden.length() - 1; n >= 0; n--) {
      if (hidden.get(n)) {
        after[n] = new BitSet();
        for (String output : OnnxGraph.outputs(graph.nodes().get(n))) {
          for (int consumer : graph.consumers(output)) {
            if (hidden.get(consumer)) {
              after[n].set(consumer);
              after[n].or(after[consumer]);
            }
          }
        }
      }
    }
  }
}
