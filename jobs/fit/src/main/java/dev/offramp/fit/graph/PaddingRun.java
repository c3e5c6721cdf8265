package dev.offramp.fit.graph;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs texts for their features at every exit, alone and in batches.
 *
 * @param session of the features graph; the caller's
 * @param rules say the padding
 * @param exits how many
 */
record PaddingRun(OrtSession session, TextRules rules, int exits) {
  /**
   * The largest difference between features alone and in a batch, as a share of the root mean
   * square of the exit's features.
   *
   * @param longest tokens of a text that joins the first batch; 0: none
   */
  double difference(List<List<long[]>> batches, int longest) throws OrtException {
    double[] worst = new double[exits];
    double[] squares = new double[exits];
    long[] numbers = new long[exits];
    for (List<long[]> batch : batches) {
      List<long[]> company = new ArrayList<>(batch);
      if (longest > 0 && batch == batches.get(0)) {
        company.add(joined(batch, longest));
      }
      List<float[]> together = features(company);
      for (int row = 0; row < batch.size(); row++) {
        List<float[]> alone = features(List.of(batch.get(row)));
        for (int k = 0; k < exits; k++) {
          int width = alone.get(k).length;
          numbers[k] += width;
          for (int c = 0; c < width; c++) {
            double expected = alone.get(k)[c];
            double difference = Math.abs(expected - together.get(k)[row * width + c]);
            squares[k] += expected * expected;
            // NaN is a difference, too.
            worst[k] = difference <= worst[k] ? worst[k] : orInfinite(difference);
          }
        }
      }
    }
    double largest = 0;
    for (int k = 0; k < exits; k++) {
      double size = Math.sqrt(squares[k] / Math.max(1, numbers[k]));
      largest = Math.max(largest, worst[k] == 0 ? 0 : worst[k] / size);
    }
    return orInfinite(largest);
  }

  private static double orInfinite(double value) {
    return Double.isNaN(value) ? Double.POSITIVE_INFINITY : value;
  }

  /** A text of so many tokens, made of others. */
  private static long[] joined(List<long[]> texts, int length) {
    long[] ids = new long[length];
    int filled = 0;
    for (int t = 0; filled < length; t++) {
      long[] text = texts.get(t % texts.size());
      int part = Math.min(text.length, length - filled);
      System.arraycopy(text, 0, ids, filled, part);
      filled += part;
    }
    return ids;
  }

  /** Of each exit, [rows x width]. */
  private List<float[]> features(List<long[]> texts) throws OrtException {
    List<float[]> features = new ArrayList<>();
    try (Batch batch = Batch.ofTokens(texts, rules.padId(), session.getInputNames());
        OrtSession.Result result = session.run(batch.tensors())) {
      for (int k = 0; k < exits; k++) {
        OnnxTensor pooled = StageChain.tensor(result, Stages.pooled(k));
        FloatBuffer buffer = pooled.getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        features.add(values);
      }
    }
    return features;
  }
}
