package dev.offramp.fit.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A part of an {@link OnnxGraph}: only what some tensors need.
 *
 * @param nodes each after those that make what it reads
 * @param initializers the weights they read
 * @param sparse the sparse weights they read
 * @param inputs names of the graph's inputs that they read
 */
record Part(
    List<NodeProto> nodes,
    List<TensorProto> initializers,
    List<SparseTensorProto> sparse,
    List<String> inputs) {

  /**
   * Adds nodes and weights to a graph under other names of nodes and tensors; inputs keep theirs.
   */
  void addTo(GraphProto.Builder graph, UnaryOperator<String> names) {
    nodes.forEach(n -> graph.addNode(renamed(n, names)));
    initializers.forEach(
        t -> graph.addInitializer(t.toBuilder().setName(names.apply(t.getName()))));
    for (SparseTensorProto tensor : sparse) {
      SparseTensorProto.Builder builder = tensor.toBuilder();
      builder.getValuesBuilder().setName(names.apply(tensor.getValues().getName()));
      graph.addSparseInitializer(builder);
    }
  }

  private static NodeProto renamed(NodeProto node, UnaryOperator<String> names) {
    NodeProto.Builder builder =
        node.toBuilder().clearDocString().setName(names.apply(node.getName()));
    for (int i = 0; i < node.getInputCount(); i++) {
      builder.setInput(i, names.apply(node.getInput(i)));
    }
    for (int i = 0; i < node.getOutputCount(); i++) {
      builder.setOutput(i, names.apply(node.getOutput(i)));
    }
    for (AttributeProto.Builder attribute : builder.getAttributeBuilderList()) {
      if (attribute.hasG()) {
        attribute.setG(renamed(attribute.getG(), names));
      }
      for (int g = 0; g < attribute.getGraphsCount(); g++) {
        attribute.setGraphs(g, renamed(attribute.getGraphs(g), names));
      }
    }
    return builder.build();
  }

  /** Renames throughout a graph inside a node; names are unique over all levels, as ONNX asks. */
  private static GraphProto renamed(GraphProto graph, UnaryOperator<String> names) {
    GraphProto.Builder builder = graph.toBuilder().clearNode();
    graph.getNodeList().forEach(n -> builder.addNode(renamed(n, names)));
    builder.getInputBuilderList().forEach(v -> v.setName(names.apply(v.getName())));
    builder.getOutputBuilderList().forEach(v -> v.setName(names.apply(v.getName())));
    builder.getValueInfoBuilderList().forEach(v -> v.setName(names.apply(v.getName())));
    builder.getInitializerBuilderList().forEach(v -> v.setName(names.apply(v.getName())));
    return builder.build();
  }
}
