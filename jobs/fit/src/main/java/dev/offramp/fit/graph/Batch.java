package dev.offramp.fit.graph;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Examples as a network reads them: tokenized texts padded to the longest, or tensors of one shape.
 * Owns its tensors.
 *
 * @param tensors int64 [rows, tokens], or float [rows, ...], by input name
 */
record Batch(Map<String, OnnxTensor> tensors) implements AutoCloseable {

  /**
   * Pads token ids into tensors.
   *
   * @param ids of each text, at least one
   * @param padId token id behind the end of shorter texts
   * @param names of the inputs wanted, of {@link NetworkInputs#TEXT}
   */
  static Batch ofTokens(List<long[]> ids, long padId, Collection<String> names)
      throws OrtException {
    int tokens = ids.stream().mapToInt(i -> i.length).max().orElseThrow();
    Map<String, OnnxTensor> tensors = new HashMap<>();
    for (String name : names) {
      LongBuffer buffer = direct(ids.size() * tokens * Long.BYTES).asLongBuffer();
      for (int row = 0; row < ids.size(); row++) {
        long[] text = ids.get(row);
        for (int t = 0; t < tokens; t++) {
          boolean real = t < text.length;
          // One text has no second segment, so all types are 0, as padding is.
          long value =
              switch (name) {
                case NetworkInputs.IDS -> real ? text[t] : padId;
                case NetworkInputs.MASK -> real ? 1 : 0;
                default -> 0;
              };
          buffer.put(row * tokens + t, value);
        }
      }
      long[] shape = {ids.size(), tokens};
      tensors.put(name, OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), buffer, shape));
    }
    return new Batch(tensors);
  }

  /** Made-up texts of so many tokens; every vocabulary has a token 0. */
  static Batch blank(int rows, int tokens, Collection<String> names) throws OrtException {
    List<long[]> ids = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      ids.add(new long[tokens]);
    }
    return ofTokens(ids, 0, names);
  }

  /**
   * Copies tensors into one.
   *
   * @param name of the input
   * @param shape of each, without the batch
   * @param values of each, row-major, at least one
   */
  static Batch ofTensors(String name, List<Integer> shape, List<float[]> values)
      throws OrtException {
    long[] sizes = new long[shape.size() + 1];
    sizes[0] = values.size();
    for (int d = 1; d < sizes.length; d++) {
      sizes[d] = shape.get(d - 1);
    }
    int bytes = Math.multiplyExact(values.size() * Float.BYTES, values.get(0).length);
    FloatBuffer buffer = direct(bytes).asFloatBuffer();
    values.forEach(buffer::put);
    OnnxTensor tensor =
        OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), buffer.flip(), sizes);
    return new Batch(Map.of(name, tensor));
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  @Override
  public void close() {
    tensors.values().forEach(OnnxTensor::close);
  }
}
