package dev.offramp.fit.graph;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Example;
import dev.offramp.fit.data.Tensor;
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
  public static NetworkInputs of(OnnxGraph graph) {
    Map<String, ValueInfoProto> inputs = graph.inputs();
    List<String> names = List.copyOf(inputs.keySet());
    if (names.contains(IDS)) {
      inputs.values().forEach(i -> checkText(graph, i));
      return new NetworkInputs(true, names, List.of());
    }
    if (names.size() != 1) {
      throw new IllegalArgumentException(
          "%s must read %s, of which at least input_ids, or one float tensor; it reads %s: export it so that it computes the others itself"
              .formatted(graph.name(), TEXT, names));
    }
    return new NetworkInputs(false, names, tensorShape(graph, inputs.get(names.get(0))));
  }

  /**
   * Checks that the network can read every example of a data set.
   *
   * @param backbone what the error calls the network
   * @throws IllegalArgumentException names the first example that it can't read, and what it reads
   */
  public void check(String backbone, Dataset data) {
    check(backbone, data, "training", data.train());
    check(backbone, data, "validation", data.validation());
    check(backbone, data, "calibration", data.calibration());
    check(backbone, data, "test", data.test());
    check(backbone, data, "out-of-scope", data.outOfScope());
  }

  private void check(String backbone, Dataset data, String split, List<Example> examples) {
    for (int i = 0; i < examples.size(); i++) {
      String fault = fault(examples.get(i));
      if (fault != null) {
        String reads =
            text ? "texts" : "the tensor '%s' of shape %s".formatted(names.get(0), shape);
        throw new IllegalArgumentException(
            "the backbone %s reads %s: %s example %d of %s %s"
                .formatted(backbone, reads, split, i, data.name(), fault));
      }
    }
  }

  /** What keeps the network from reading an example; null: nothing. */
  private String fault(Example example) {
    Tensor tensor = example.tensor();
    if (text) {
      return tensor == null ? null : "is a tensor of shape " + tensor.shape();
    }
    if (tensor == null) {
      return "is a text";
    }
    if (!tensor.shape().equals(shape)) {
      return "has shape " + tensor.shape();
    }
    for (int v = 0; v < tensor.values().length; v++) {
      if (!Float.isFinite(tensor.values()[v])) {
        return "has %s at position %d; values must be finite".formatted(tensor.values()[v], v);
      }
    }
    return null;
  }

  private static void checkText(OnnxGraph graph, ValueInfoProto input) {
    TypeProto.Tensor type = input.getType().getTensorType();
    String fault = null;
    if (!TEXT.contains(input.getName())) {
      fault = "a text gives only %s: export it so that it computes this itself".formatted(TEXT);
    } else if (type.getElemType() != TensorProto.DataType.INT64_VALUE) {
      fault = "it must be INT64: export it with inputs of this type";
    } else if (type.getShape().getDimCount() != 2) {
      fault = "it must be of two dimensions, [rows, tokens]";
    } else if (type.getShape().getDimList().stream().anyMatch(Dimension::hasDimValue)) {
      fault = "rows and tokens must both be open: export it with dynamic axes";
    }
    if (fault != null) {
      throw new IllegalArgumentException(
          "%s reads the input %s, %s; %s"
              .formatted(graph.name(), input.getName(), describe(type), fault));
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
          "%s reads the input %s, %s; it must be FLOAT [rows, ...], the first size open (export it with a dynamic axis) and all others fixed"
              .formatted(graph.name(), input.getName(), describe(type)));
    }
    return dims.stream().skip(1).map(d -> Math.toIntExact(d.getDimValue())).toList();
  }

  private static String describe(TypeProto.Tensor type) {
    TensorProto.DataType element = TensorProto.DataType.forNumber(type.getElemType());
    return element
        + " "
        + type.getShape().getDimList().stream()
            .map(d -> d.hasDimValue() ? Long.toString(d.getDimValue()) : open(d))
            .toList();
  }

  private static String open(Dimension dimension) {
    return dimension.getDimParam().isEmpty() ? "?" : dimension.getDimParam();
  }
}
