package dev.offramp.fit.graph;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.List;

/** A backbone run uncut, one text at a time. */
public final class WholeBackbone implements AutoCloseable {
  private final int exits;
  private final OrtSession session;

  /** The backbone that these stages were cut from. */
  public WholeBackbone(Stages stages) {
    exits = stages.exits().size();
    session = Sessions.open("features", stages.features());
  }

  /**
   * The pooled hidden states of one text, without padding.
   *
   * @return [exits][width]
   */
  public float[][] pooled(long[] ids) throws OrtException {
    try (Batch batch = Batch.ofTokens(List.of(ids), 0, NetworkInputs.TEXT);
        OrtSession.Result result = session.run(batch.tensors())) {
      float[][] pooled = new float[exits][];
      for (int k = 0; k < exits; k++) {
        OnnxTensor tensor = (OnnxTensor) result.get(Stages.pooled(k)).orElseThrow();
        pooled[k] = ((float[][]) tensor.getValue())[0];
      }
      return pooled;
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
