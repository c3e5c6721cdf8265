package dev.offramp.fit.graph;

import dev.offramp.fit.graph.Cells.Window;
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

  /** The means of all channels, and behind them the maxima, each channel cell by cell. */
  private String onGrid(String output, String tensor, Grid grid) {
    if (grid.isPixels()) {
      return tensor;
    }
    String mean = onGrid("AveragePool", output + "/mean", tensor, grid);
    String max = onGrid("MaxPool", output + "/max", tensor, grid);
    return writer.concat(output + "/both", mean, max);
  }

  private String onGrid(String operator, String output, String tensor, Grid grid) {
    Cells rows = grid.rows();
    Cells columns = grid.columns();
    if (rows.isEven() && columns.isEven()) {
      return writer.pool(operator, output, tensor, rows.window(), columns.window());
    }
    // Halves of the height are made channels, and halves of a row are made rows: nothing moves in
    // memory. To gather what cells share took 13 times as long as this (256 x 14 x 14).
    String down = tensor;
    if (!rows.isEven()) {
      down =
          writer.reshape(
              output + "/upper-lower",
              tensor,
              0,
              2L * grid.channels(),
              rows.size() / 2,
              columns.size());
    }
    down = writer.pool(operator, output + "/down", down, rows.window(), Window.ONE);
    int parts = columns.isEven() ? 1 : 2;
    long cells = (long) grid.channels() * rows.count();
    String halves =
        writer.reshape(output + "/left-right", down, 0, cells, parts, columns.size() / parts);
    return writer.pool(operator, output, halves, Window.ONE, columns.window());
  }
}
