package dev.offramp.fit.graph;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tokenized texts padded to the longest, as a network reads them. Owns its tensors.
 *
 * @param tensors int64 [rows, tokens], by input name
 */
record TokenBatch(Map<String, OnnxTensor> tensors) implements AutoCloseable {

  /**
   * Pads token ids into tensors.
   *
   * @param ids of each text, at least one
   * @param names of the inputs wanted, of {@link NetworkInputs#TEXT}
   */
  static TokenBatch of(List<long[]> ids, Collection<String> names) throws OrtException {
    int tokens = ids.stream().mapToInt(i -> i.length).max().orElseThrow();
    Map<String, OnnxTensor> tensors = new HashMap<>();
    for (String name : names) {
      LongBuffer buffer = direct(ids.size() * tokens);
      for (int row = 0; row < ids.size(); row++) {
        long[] text = ids.get(row);
        for (int t = 0; t < text.length; t++) {
          // One text has no second segment, so all types are 0, as padding is.
          long value =
              switch (name) {
                case NetworkInputs.IDS -> text[t];
                case NetworkInputs.MASK -> 1;
                default -> 0;
              };
          buffer.put(row * tokens + t, value);
        }
      }
      long[] shape = {ids.size(), tokens};
      tensors.put(name, OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), buffer, shape));
    }
    return new TokenBatch(tensors);
  }

  /** Made-up texts of so many tokens; every vocabulary has a token 0. */
  static TokenBatch blank(int rows, int tokens, Collection<String> names) throws OrtException {
    List<long[]> ids = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      ids.add(new long[tokens]);
    }
    return of(ids, names);
  }

  private static LongBuffer direct(int size) {
    return ByteBuffer.allocateDirect(size * Long.BYTES)
        .order(ByteOrder.nativeOrder())
        .asLongBuffer();
  }

  @Override
  public void close() {
    tensors.values().forEach(OnnxTensor::close);
  }
}
