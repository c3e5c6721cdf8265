package dev.offramp.fit.graph;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;
import java.util.Map;

/**
 * What a backbone reads: a tokenized text, or one float tensor.
 *
 * @param text whether it reads texts
 * @param names of the graph's inputs
 * @param shape of the tensor for one event, without the batch; empty for texts
 */
public record NetworkInputs(boolean text, List<String> names, List<Integer> shape) {
  static final String IDS = "input_ids";
  static final String MASK = "attention_mask";
  static final String TYPES = "token_type_ids";

  /** All that a tokenized text can give. */
  static final List<String> TEXT = List.of(IDS, MASK, TYPES);

  /**
   * The inputs of a graph.
   *
   * @throws IllegalArgumentException says which input events can't give, and what they can
   */
  static NetworkInputs of(OnnxGraph graph) {
    Map<String, ValueInfoProto> inputs = graph.inputs();
    List<String> names = List.copyOf(inputs.keySet());
    if (names.contains(IDS)) {
      inputs.values().forEach(i -> checkText(graph, i));
      return new NetworkInputs(true, names, List.of());
    }
    if (names.size() != 1) {
      throw new IllegalArgumentException(
          "%s must read %s, or one float tensor; it reads %s".formatted(graph.name(), TEXT, names));
    }
    return new NetworkInputs(false, names, tensorShape(graph, inputs.get(names.get(0))));
  }

  private static void checkText(OnnxGraph graph, ValueInfoProto input) {
    TypeProto.Tensor type = input.getType().getTensorType();
    boolean open = type.getShape().getDimList().stream().noneMatch(Dimension::hasDimValue);
    if (!TEXT.contains(input.getName())
        || type.getElemType() != TensorProto.DataType.INT64_VALUE
        || type.getShape().getDimCount() != 2
        || !open) {
      throw new IllegalArgumentException(
          "input %s of %s must be one of %s, int64 [rows, tokens] with both sizes open; it is %s"
              .formatted(input.getName(), graph.name(), TEXT, describe(type)));
    }
  }

  private static List<Integer> tensorShape(OnnxGraph graph, ValueInfoProto input) {
    TypeProto.Tensor type = input.getType().getTensorType();
    List<Dimension> dims = type.getShape().getDimList();
    boolean fits =
        type.getElemType() == TensorProto.DataType.FLOAT_VALUE
            && dims.size() >= 2
            && !dims.get(0).hasDimValue()
            && dims.stream().skip(1).allMatch(d -> d.getDimValue() > 0);
    if (!fits) {
      throw new IllegalArgumentException(
          "input %s of %s must be float [rows, ...] with an open first size and all others fixed;"
                  .formatted(input.getName(), graph.name())
              + " it is "
              + describe(type));
    }
    return dims.stream().skip(1).map(d -> Math.toIntExact(d.getDimValue())).toList();
  }

  private static String describe(TypeProto.Tensor type) {
    TensorProto.DataType element = TensorProto.DataType.forNumber(type.getElemType());
    return element
        + " "
        + type.getShape().getDimList().stream()
            .map(d -> d.hasDimValue() ? Long.toString(d.getDimValue()) : d.getDimParam())
            .toList();
  }
}
