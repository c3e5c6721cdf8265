package dev.offramp.runtime;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes small ONNX graphs by hand. */
public final class TinyGraph {
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("tiny");

  /** An input or output of this element type; negative sizes are symbolic. */
  private static ValueInfoProto value(String name, TensorProto.DataType type, int... shape) {
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    for (int i = 0; i < shape.length; i++) {
      var dim = dims.addDimBuilder();
      if (shape[i] < 0) {
        dim.setDimParam("d" + i);
      } else {
        dim.setDimValue(shape[i]);
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(dims)))
        .build();
  }

  TinyGraph longs(String name, int... shape) {
    graph.addInput(value(name, TensorProto.DataType.INT64, shape));
    return this;
  }

  TinyGraph floats(String name, int... shape) {
    graph.addInput(value(name, TensorProto.DataType.FLOAT, shape));
    return this;
  }

  TinyGraph output(String name, int... shape) {
    graph.addOutput(value(name, TensorProto.DataType.FLOAT, shape));
    return this;
  }

  TinyGraph weights(String name, float[] values, int... shape) {
    TensorProto.Builder t =
        TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT.getNumber());
    for (int s : shape) {
      t.addDims(s);
    }
    for (float v : values) {
      t.addFloatData(v);
    }
    graph.addInitializer(t);
    return this;
  }

  TinyGraph external(String name) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .addDims(1)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL));
    return this;
  }

  TinyGraph node(String op, List<String> inputs, String output) {
    graph.addNode(node(op, inputs).addOutput(output));
    return this;
  }

  TinyGraph node(String op, List<String> inputs, String output, String attribute, long... ints) {
    AttributeProto.Builder a = AttributeProto.newBuilder().setName(attribute);
    if (ints.length == 1 && !attribute.equals("axes")) {
      a.setType(AttributeProto.AttributeType.INT).setI(ints[0]);
    } else {
      a.setType(AttributeProto.AttributeType.INTS);
      for (long i : ints) {
        a.addInts(i);
      }
    }
    graph.addNode(node(op, inputs).addOutput(output).addAttribute(a));
    return this;
  }

  byte[] bytes() {
    return ModelProto.newBuilder()
        .setIrVersion(7)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(11))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  void write(Path file) throws IOException {
    Files.write(file, bytes());
  }

  private static NodeProto.Builder node(String op, List<String> inputs) {
    return NodeProto.newBuilder().setOpType(op).addAllInput(inputs);
  }
}
