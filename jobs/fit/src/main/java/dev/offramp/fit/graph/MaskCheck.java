package dev.offramp.fit.graph;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;

/**
 * Whether what a graph adds to attention's scores is the plain mask of padding: computed from the
 * mask of tokens and nothing else, nothing for a token, and for padding so much below that its
 * weight is 0. The numbers are looked at on a made-up batch: exporters write the same mask in many
 * ways.
 */
final class MaskCheck {
  /** What is below leaves no weight, as {@code exp} of it is 0 in float. */
  private static final float HIDING = -1000;

  private static final int LONGEST = 5;
  private static final List<long[]> TEXTS = List.of(new long[LONGEST], new long[3], new long[1]);

  private MaskCheck() {}

  /**
   * Looks at a tensor.
   *
   * @param tensor of shape [rows, 1, 1 or tokens, tokens] if it is a mask
   */
  static boolean isPadding(OnnxGraph graph, NetworkInputs inputs, String tensor) {
    if (graph.producer(tensor) == null
        || !graph.part(Set.of(), List.of(tensor)).inputs().equals(List.of(NetworkInputs.MASK))) {
      return false;
    }
    byte[] model = Probe.exposing(graph, List.of(tensor));
    try (OrtSession session = Sessions.open(graph.name(), model);
        Batch batch = Batch.ofTokens(TEXTS, 0, inputs.names());
        OrtSession.Result result = session.run(batch.tensors())) {
      OnnxTensor mask = StageChain.tensor(result, tensor);
      long[] shape = mask.getInfo().getShape();
      return shape.length == 4
          && shape[0] == TEXTS.size()
          && shape[1] == 1
          && (shape[2] == 1 || shape[2] == LONGEST)
          && shape[3] == LONGEST
          && hides(mask.getFloatBuffer(), Math.toIntExact(shape[2]) * LONGEST);
    } catch (OrtException e) {
      throw new IllegalStateException(
          "the mask %s of %s can't be run: %s".formatted(tensor, graph.name(), e.getMessage()), e);
    }
  }

  private static boolean hides(FloatBuffer mask, int numbersOfText) {
    for (int i = 0; i < mask.limit(); i++) {
      boolean token = i % LONGEST < TEXTS.get(i / numbersOfText).length;
      if (token ? mask.get(i) != 0 : !(mask.get(i) <= HIDING)) {
        return false;
      }
    }
    return mask.limit() > 0;
  }
}
