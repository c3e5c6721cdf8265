package dev.offramp.runtime;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.offramp.runtime.Manifest.Stage;
import dev.offramp.runtime.Manifest.Tensor;
import dev.offramp.runtime.Manifest.TextInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads a stage's ONNX file for what the runtime itself would let pass: weights that are not finite
 * (a rectifier can hide a NaN), data in other files, inputs and outputs that the manifest doesn't
 * have.
 */
final class StageGraphCheck {
  /** The inputs of a network that reads text. */
  static final Set<String> TEXT_INPUTS = Set.of("input_ids", "attention_mask", "token_type_ids");

  private StageGraphCheck() {}

  /**
   * Checks the graph of stage k.
   *
   * @throws BundleException names the file and the rule
   */
  static void check(Path file, Manifest manifest, int k) {
    Stage stage = manifest.stages().get(k);
    ModelProto model = read(file);
    GraphProto graph = model.getGraph();
    tensors(file, graph);
    model.getFunctionsList().forEach(f -> nodes(file, f.getNodeList()));
    BundleException.unless(
        file,
        model.getTrainingInfoCount() == 0,
        "the stage holds training information: a stage is for inference alone");
    Set<String> known = new HashSet<>();
    stage.takes().forEach(t -> known.add(t.name()));
    if (manifest.input() instanceof TextInput) {
      known.addAll(TEXT_INPUTS);
    } else if (manifest.input() instanceof Manifest.TensorInput tensor) {
      known.add(tensor.name());
    }
    Set<String> weights = new HashSet<>();
    graph.getInitializerList().forEach(t -> weights.add(t.getName()));
    Set<String> inputs = new HashSet<>();
    for (ValueInfoProto in : graph.getInputList()) {
      if (!weights.contains(in.getName())) {
        BundleException.unless(
            file,
            known.contains(in.getName()),
            "the stage takes '%s', which the manifest doesn't give it: it gives %s",
            in.getName(),
            known);
        inputs.add(in.getName());
      }
    }
    for (Tensor t : stage.takes()) {
      BundleException.unless(
          file,
          inputs.contains(t.name()),
          "the stage has no input '%s', which stage %d takes by the manifest",
          t.name(),
          k);
    }
    Set<String> outputs = new HashSet<>();
    graph.getOutputList().forEach(o -> outputs.add(o.getName()));
    BundleException.unless(
        file,
        outputs.contains(stage.logits()),
        "the stage has no output '%s', its logits by the manifest",
        stage.logits());
    for (Tensor t : stage.gives()) {
      BundleException.unless(
          file,
          outputs.contains(t.name()),
          "the stage has no output '%s', which it gives by the manifest",
          t.name());
    }
  }

  private static ModelProto read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      CodedInputStream coded = CodedInputStream.newInstance(in);
      coded.setSizeLimit(Integer.MAX_VALUE);
      return ModelProto.parseFrom(coded);
    } catch (InvalidProtocolBufferException | IndexOutOfBoundsException e) {
      // Protobuf's reader of streams throws the second on some lengths that are none.
      throw new BundleException(
          "%s is no ONNX file (%s): %s".formatted(file, e.getMessage(), BundleException.REMEDY), e);
    } catch (IOException e) {
      throw BundleException.unreadable(file, e);
    }
  }

  private static void tensors(Path file, GraphProto graph) {
    graph.getInitializerList().forEach(t -> tensor(file, t));
    graph.getSparseInitializerList().forEach(t -> sparse(file, t));
    nodes(file, graph.getNodeList());
  }

  private static void nodes(Path file, List<NodeProto> nodes) {
    for (NodeProto node : nodes) {
      for (AttributeProto a : node.getAttributeList()) {
        if (a.hasT()) {
          tensor(file, a.getT());
        }
        a.getTensorsList().forEach(t -> tensor(file, t));
        if (a.hasSparseTensor()) {
          sparse(file, a.getSparseTensor());
        }
        a.getSparseTensorsList().forEach(t -> sparse(file, t));
        if (a.hasG()) {
          tensors(file, a.getG());
        }
        a.getGraphsList().forEach(g -> tensors(file, g));
      }
    }
  }

  private static void sparse(Path file, SparseTensorProto t) {
    tensor(file, t.getValues());
    tensor(file, t.getIndices());
  }

  private static void tensor(Path file, TensorProto t) {
    BundleException.unless(
        file,
        t.getDataLocation() != TensorProto.DataLocation.EXTERNAL && t.getExternalDataCount() == 0,
        "the stage keeps the weights '%s' in another file: a stage must hold its own",
        t.getName());
    if (t.getDataType() != TensorProto.DataType.FLOAT.getNumber()) {
      return;
    }
    for (float v : t.getFloatDataList()) {
      finite(file, t, v);
    }
    ByteBuffer raw = t.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer floats = raw.asFloatBuffer();
    while (floats.hasRemaining()) {
      finite(file, t, floats.get());
    }
  }

  /** Infinity is a legitimate constant (masks use it); NaN is none. */
  private static void finite(Path file, TensorProto t, float v) {
    BundleException.unless(
        file, !Float.isNaN(v), "the stage has NaN in the weights '%s'", t.getName());
  }
}
