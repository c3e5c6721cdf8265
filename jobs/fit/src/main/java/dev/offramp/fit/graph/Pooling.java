package dev.offramp.fit.graph;

import java.util.List;

/**
 * Writes the pooling of an exit's tensor into a graph: the mean over a text's tokens, over an
 * image's pixels, or the tensor as it is. Padding is kept out of the mean by products with the
 * mask, so that an event's features don't depend on how long its neighbours are.
 */
final class Pooling {
  private static final String MASK_ROW = "exit/mask-row";
  private static final String TOKEN_COUNT = "exit/token-count";

  private final GraphWriter writer;

  /**
   * Prepares a graph for pooling.
   *
   * @param masked whether a tensor with states for tokens will be pooled
   */
  Pooling(GraphWriter writer, boolean masked) {
    this.writer = writer;
    if (masked) {
      String mask = writer.toFloat("exit/mask", NetworkInputs.MASK);
      writer.reshape(MASK_ROW, mask, 0, 1, -1);
      writer.reshape("exit/mask-column", mask, 0, -1, 1);
      writer.node("MatMul", TOKEN_COUNT, MASK_ROW, "exit/mask-column");
    }
  }

  /**
   * Pools a tensor.
   *
   * @param output name of the result, float [rows, width]
   * @param tensor as the graph calls it
   * @param cut the tensor's shape
   */
  String pool(String output, String tensor, Cut cut) {
    List<Integer> shape = cut.shape();
    if (cut.hasTokens()) {
      String sum = writer.node("MatMul", output + "/sum", MASK_ROW, tensor);
      String mean = writer.node("Div", output + "/mean", sum, TOKEN_COUNT);
      return writer.reshape(output, mean, 0, cut.width());
    }
    if (shape.size() == 1) {
      return writer.node("Identity", output, tensor);
    }
    String channelsFirst =
        shape.size() == 2 ? writer.swapLast(output + "/swapped", tensor) : tensor;
    String mean = writer.node("GlobalAveragePool", output + "/mean", channelsFirst);
    return writer.reshape(output, mean, 0, cut.width());
  }
}
