package dev.offramp.fit.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * An ONNX model, read for cutting: its nodes in an order in which each comes after what it reads,
 * who makes and who reads each tensor, and the part of it that lies between given tensors.
 * Immutable.
 */
public final class OnnxGraph {
  /** The output that encoders on Hugging Face's form give their hidden state under. */
  private static final String HIDDEN_STATE = "last_hidden_state";

  /** The format's own limit, a little under two gibibytes. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - 64;

  private final String name;
  private final ModelProto model;
  private final Map<String, ValueInfoProto> inputs = new LinkedHashMap<>();
  private final Map<String, TensorProto> initializers = new LinkedHashMap<>();
  private final List<NodeProto> nodes;
  private final Map<String, Integer> producers = new LinkedHashMap<>();
  private final Map<String, List<Integer>> consumers = new LinkedHashMap<>();

  private OnnxGraph(String name, ModelProto model) {
    this.name = name;
    this.model = model;
    GraphProto graph = model.getGraph();
    graph.getInitializerList().forEach(t -> initializers.put(t.getName(), t));
    // Before version 4 of the format, initializers were listed among the inputs too.
    graph.getInputList().stream()
        .filter(i -> !initializers.containsKey(i.getName()))
        .forEach(i -> inputs.put(i.getName(), i));
    this.nodes = inOrder(graph.getNodeList());
    for (int n = 0; n < nodes.size(); n++) {
      for (String output : outputs(nodes.get(n))) {
        producers.put(output, n);
      }
      for (String input : reads(nodes.get(n))) {
        consumers.computeIfAbsent(input, key -> new ArrayList<>()).add(n);
      }
    }
  }

  /**
   * Reads a model file.
   *
   * @throws IllegalArgumentException names the file and what is wrong with it
   */
  public static OnnxGraph read(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new IllegalArgumentException(
            "%s holds more than %d bytes, which is the most that an ONNX file can"
                .formatted(file, MOST_BYTES));
      }
      return parse(file.toString(), Files.readAllBytes(file));
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " can't be read: " + e, e);
    }
  }

  /**
   * Reads a model.
   *
   * @param name for errors
   * @param bytes not to be changed afterwards: weights stay in them
   */
  static OnnxGraph parse(String name, byte[] bytes) {
    ByteString wrapped = UnsafeByteOperations.unsafeWrap(bytes);
    CodedInputStream in = wrapped.newCodedInput();
    in.enableAliasing(true);
    in.setSizeLimit(Integer.MAX_VALUE);
    ModelProto model;
    try {
      model = ModelProto.parseFrom(in);
    } catch (IOException e) {
      throw new IllegalArgumentException(name + " is no ONNX model: " + e.getMessage(), e);
    }
    if (model.getGraph().getNodeCount() == 0 || model.getGraph().getOutputCount() == 0) {
      throw new IllegalArgumentException(name + " is no ONNX model: it has no nodes or no outputs");
    }
    ExternalData.refuse(name, model);
    return new OnnxGraph(name, model);
  }

  /** What errors call it. */
  String name() {
    return name;
  }

  /** Nodes, each after those that make what it reads. */
  List<NodeProto> nodes() {
    return Collections.unmodifiableList(nodes);
  }

  /** What a caller must give, by name. */
  Map<String, ValueInfoProto> inputs() {
    return Collections.unmodifiableMap(inputs);
  }

  /** The weights, by name. */
  Map<String, TensorProto> initializers() {
    return Collections.unmodifiableMap(initializers);
  }

  /** The tensor that is the network's result: {@code last_hidden_state}, else the first output. */
  String output() {
    List<ValueInfoProto> outputs = model.getGraph().getOutputList();
    return outputs.stream()
        .map(ValueInfoProto::getName)
        .filter(HIDDEN_STATE::equals)
        .findFirst()
        .orElse(outputs.get(0).getName());
  }

  /** Index in {@link #nodes} of the node that makes a tensor; null for inputs and weights. */
  Integer producer(String tensor) {
    return producers.get(tensor);
  }

  /**
   * A node for messages: its name, or its first output where it has none, and its operator.
   *
   * @param node index in {@link #nodes}
   */
  String describe(int node) {
    return describe(nodes.get(node));
  }

  /** The same of a node. */
  static String describe(NodeProto node) {
    String called = node.getName().isEmpty() ? node.getOutput(0) : node.getName();
    return "node %s (%s)".formatted(called, node.getOpType());
  }

  /** Indices in {@link #nodes} of the nodes that read a tensor. */
  List<Integer> consumers(String tensor) {
    return consumers.getOrDefault(tensor, List.of());
  }

  /** The version of the standard operators that the nodes are written for. */
  long opset() {
    return model.getOpsetImportList().stream()
        .filter(o -> o.getDomain().isEmpty() || o.getDomain().equals("ai.onnx"))
        .mapToLong(OperatorSetIdProto::getVersion)
        .findFirst()
        .orElse(0);
  }

  /**
   * Whether one event's numbers don't depend on the others in its batch: false where a scale is
   * taken from the whole batch as it comes.
   */
  public boolean batchInvariant() {
    return nodes.stream().noneMatch(n -> n.getOpType().startsWith("DynamicQuantize"));
  }

  /**
   * The part of the graph that computes some tensors.
   *
   * @param given tensors that need not be computed
   * @param wanted tensors to compute
   */
  Part part(Set<String> given, Collection<String> wanted) {
    Set<Integer> needed = new HashSet<>();
    Set<String> read = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(wanted);
    while (!open.isEmpty()) {
      String tensor = open.pop();
      if (!read.add(tensor) || given.contains(tensor)) {
        continue;
      }
      Integer producer = producers.get(tensor);
      if (producer != null && needed.add(producer)) {
        open.addAll(reads(nodes.get(producer)));
      }
    }
    return new Part(
        needed.stream().sorted().map(nodes::get).toList(),
        initializers.values().stream().filter(t -> read.contains(t.getName())).toList(),
        model.getGraph().getSparseInitializerList().stream()
            .filter(t -> read.contains(t.getValues().getName()))
            .toList(),
        inputs.keySet().stream().filter(read::contains).toList());
  }

  /**
   * The graph with other nodes: one that makes what another makes takes its place.
   *
   * @param own the nodes, which may be of ONNX Runtime's own operators, and their weights
   * @throws IllegalArgumentException if they don't fit in
   */
  OnnxGraph with(GraphProto own) {
    Set<String> made = new HashSet<>();
    own.getNodeList().forEach(n -> made.addAll(outputs(n)));
    GraphProto.Builder graph = model.getGraph().toBuilder().clearNode();
    nodes.stream()
        .filter(n -> outputs(n).stream().noneMatch(made::contains))
        .forEach(graph::addNode);
    graph.addAllNode(own.getNodeList()).addAllInitializer(own.getInitializerList());
    ModelProto.Builder changed = model.toBuilder().setGraph(graph);
    String domain = GraphWriter.RUNTIME_DOMAIN;
    if (model.getOpsetImportList().stream().noneMatch(o -> o.getDomain().equals(domain))) {
      changed.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(1));
    }
    return new OnnxGraph(name, changed.build());
  }

  /** A model of this graph's format and operator versions. */
  ModelProto model(GraphProto graph) {
    return ModelProto.newBuilder()
        .setIrVersion(model.getIrVersion())
        .addAllOpsetImport(model.getOpsetImportList())
        .addAllFunctions(model.getFunctionsList())
        .setProducerName("offramp")
        .setGraph(graph)
        .build();
  }

  /** The tensors that a node reads, those that graphs inside it take from outside included. */
  static Set<String> reads(NodeProto node) {
    Set<String> reads = new LinkedHashSet<>(node.getInputList());
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG()) {
        reads.addAll(captured(attribute.getG()));
      }
      attribute.getGraphsList().forEach(g -> reads.addAll(captured(g)));
    }
    reads.remove("");
    return reads;
  }

  /** The tensors that a node makes. */
  static List<String> outputs(NodeProto node) {
    return node.getOutputList().stream().filter(o -> !o.isEmpty()).toList();
  }

  private static Set<String> captured(GraphProto graph) {
    Set<String> own = new HashSet<>();
    Set<String> reads = new LinkedHashSet<>();
    graph.getInputList().forEach(i -> own.add(i.getName()));
    graph.getInitializerList().forEach(i -> own.add(i.getName()));
    for (NodeProto node : graph.getNodeList()) {
      reads.addAll(reads(node));
      own.addAll(node.getOutputList());
    }
    graph.getOutputList().forEach(o -> reads.add(o.getName()));
    reads.removeAll(own);
    return reads;
  }

  /** Kahn's algorithm; of the nodes that are ready the first in the file goes first. */
  private List<NodeProto> inOrder(List<NodeProto> unordered) {
    Map<String, Integer> makers = new LinkedHashMap<>();
    for (int n = 0; n < unordered.size(); n++) {
      for (String output : outputs(unordered.get(n))) {
        if (makers.put(output, n) != null) {
          throw new IllegalArgumentException(
              name + ": two nodes make the tensor " + output + "; export the network again");
        }
      }
    }
    int[] missing = new int[unordered.size()];
    Map<Integer, List<Integer>> readers = new LinkedHashMap<>();
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    Set<String> sparse = new HashSet<>();
    model.getGraph().getSparseInitializerList().forEach(t -> sparse.add(t.getValues().getName()));
    for (int n = 0; n < missing.length; n++) {
      for (String input : reads(unordered.get(n))) {
        if (makers.containsKey(input)) {
          missing[n]++;
          readers.computeIfAbsent(makers.get(input), key -> new ArrayList<>()).add(n);
        } else if (!isGiven(input) && !sparse.contains(input)) {
          throw new IllegalArgumentException(
              "%s: %s reads the tensor %s, which is no input and no weight and which no node makes; export the network again"
                  .formatted(name, describe(unordered.get(n)), input));
        }
      }
      if (missing[n] == 0) {
        ready.add(n);
      }
    }
    List<NodeProto> ordered = new ArrayList<>(missing.length);
    while (!ready.isEmpty()) {
      int n = ready.remove();
      ordered.add(unordered.get(n));
      for (int reader : readers.getOrDefault(n, List.of())) {
        if (--missing[reader] == 0) {
          ready.add(reader);
        }
      }
    }
    if (ordered.size() < missing.length) {
      throw new IllegalArgumentException(
          name + ": its nodes read each other in a circle; export the network again");
    }
    return ordered;
  }

  private boolean isGiven(String tensor) {
    return inputs.containsKey(tensor) || initializers.containsKey(tensor);
  }
}
