package dev.offramp.fit.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.List;

/** Refuses graphs whose weights lie in other files: a stage must be whole in its own. */
final class ExternalData {
  private ExternalData() {}

  /**
   * Looks at every tensor of a model, those inside nodes and functions too.
   *
   * @param name of the model, for the error
   * @throws IllegalArgumentException names the tensor
   */
  static void refuse(String name, ModelProto model) {
    refuse(name, model.getGraph());
    model.getFunctionsList().forEach(f -> refuse(name, f.getNodeList()));
  }

  private static void refuse(String name, GraphProto graph) {
    graph.getInitializerList().forEach(t -> refuse(name, t));
    graph.getSparseInitializerList().forEach(t -> refuse(name, t));
    refuse(name, graph.getNodeList());
  }

  private static void refuse(String name, List<NodeProto> nodes) {
    for (NodeProto node : nodes) {
      for (AttributeProto attribute : node.getAttributeList()) {
        refuse(name, attribute.getT());
        refuse(name, attribute.getSparseTensor());
        attribute.getTensorsList().forEach(t -> refuse(name, t));
        attribute.getSparseTensorsList().forEach(t -> refuse(name, t));
        if (attribute.hasG()) {
          refuse(name, attribute.getG());
        }
        attribute.getGraphsList().forEach(g -> refuse(name, g));
      }
    }
  }

  private static void refuse(String name, SparseTensorProto tensor) {
    refuse(name, tensor.getValues());
    refuse(name, tensor.getIndices());
  }

  private static void refuse(String name, TensorProto tensor) {
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL
        || tensor.getExternalDataCount() > 0) {
      throw new IllegalArgumentException(
          "%s keeps the tensor %s in another file; save it with all its weights inside"
              .formatted(name, tensor.getName()));
    }
  }
}
