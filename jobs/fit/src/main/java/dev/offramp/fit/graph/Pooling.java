package dev.offramp.fit.graph;

import java.util.List;

/**
 * Writes the pooling of an exit's tensor into a graph. It follows the shape: the mean over a text's
 * tokens or an image's positions, mean and maximum of each channel on a {@link Grid} of an image's
 * pixels, a vector as it is. Padding is kept out of the mean over tokens by products with the mask,
 * so that an event's features don't depend on how long its neighbours are.
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
    return switch (shape.size()) {
      case 1 -> writer.node("Identity", output, tensor);
      case 2 -> {
        String channelsFirst = writer.swapLast(output + "/swapped", tensor);
        String mean = writer.node("GlobalAveragePool", output + "/mean", channelsFirst);
        yield writer.reshape(output, mean, 0, cut.width());
      }
      default -> writer.reshape(output, onGrid(output, tensor, Grid.of(shape)), 0, cut.width());
    };
  }

  /** Means [rows, channels, cells, cells], and behind them along the channels the maxima. */
  private String onGrid(String output, String tensor, Grid grid) {
    if (grid.isPixels()) {
      return tensor;
    }
    String cells = tensor;
    if (!grid.rows().isEven()) {
      cells = writer.gather(output + "/rows", cells, 2, grid.rows().elements());
    }
    if (!grid.columns().isEven()) {
      cells = writer.gather(output + "/columns", cells, 3, grid.columns().elements());
    }
    String mean = writer.pool("AveragePool", output + "/mean", cells, grid);
    String max = writer.pool("MaxPool", output + "/max", cells, grid);
    return writer.concat(output + "/both", mean, max);
  }
}
