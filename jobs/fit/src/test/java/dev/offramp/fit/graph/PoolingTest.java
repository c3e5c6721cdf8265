package dev.offramp.fit.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PoolingTest {
  private static final int ROWS = 3;

  @ParameterizedTest
  @CsvSource({
    "5, 1, 1, 5",
    "2, 3, 5, 48",
    "3, 7, 7, 96",
    "2, 32, 32, 64",
    "1, 4, 4, 16",
    "3, 4, 5, 96",
    "2, 6, 14, 64",
    "2, 1, 10, 16",
    "1, 33, 18, 32",
    "4, 2, 3, 24"
  })
  void activationIsPooledOnAGrid(int channels, int height, int width, int columns)
      throws OrtException {
    assertPooled(13, List.of(channels, height, width), columns, 4);
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 11, 13, 18})
  void poolingMeansTheSameInEveryVersionOfTheOperators(int opset) throws OrtException {
    assertPooled(opset, List.of(2, 6, 7), 64, 4);
  }

  @Test
  void manyChannelsArePooledOnFewerCells() throws OrtException {
    assertThat(Grid.of(List.of(256, 8, 8)).width()).isEqualTo(8192);
    assertPooled(13, List.of(257, 8, 8), 257 * 9 * 2, 3);
    assertPooled(13, List.of(600, 7, 7), 600 * 4 * 2, 2);
    assertPooled(13, List.of(5000, 2, 2), 5000 * 2, 1);
  }

  @Test
  void positionsAreAveraged() throws OrtException {
    float[] values = numbers(ROWS * 5 * 4);
    float[] expected = new float[ROWS * 4];
    for (int i = 0; i < values.length; i++) {
      expected[i / 20 * 4 + i % 4] += values[i] / 5;
    }

    assertThat(pooled(13, List.of(5, 4), values)).containsExactly(expected, within(1e-6f));
  }

  private static void assertPooled(int opset, List<Integer> shape, int columns, int side)
      throws OrtException {
    float[] values = numbers(ROWS * shape.get(0) * shape.get(1) * shape.get(2));
    Cut cut = new Cut("x", shape, 0);

    float[] actual = pooled(opset, shape, values);

    assertThat(cut.width()).isEqualTo(columns);
    assertThat(actual).hasSize(ROWS * columns);
    for (int row = 0; row < ROWS; row++) {
      for (int column = 0; column < columns; column++) {
        assertThat((double) actual[row * columns + column])
            .as("row %d, column %d", row, column)
            .isCloseTo(expected(values, shape, side, row, column), within(1e-5));
      }
    }
  }

  /** One column: first the means of all channels, then their maxima, each channel cell by cell. */
  private static double expected(
      float[] values, List<Integer> shape, int side, int row, int column) {
    int channels = shape.get(0);
    int height = shape.get(1);
    int width = shape.get(2);
    int down = Math.min(side, height);
    int across = Math.min(side, width);
    int channel = column / (down * across);
    int i = column / across % down;
    int j = column % across;
    double sum = 0;
    double max = Double.NEGATIVE_INFINITY;
    int count = 0;
    for (int y = i * height / down; y < Math.ceil((i + 1.0) * height / down); y++) {
      for (int x = j * width / across; x < Math.ceil((j + 1.0) * width / across); x++) {
        float v = values[((row * channels + channel % channels) * height + y) * width + x];
        sum += v;
        max = Math.max(max, v);
        count++;
      }
    }
    return channel < channels ? sum / count : max;
  }

  private static float[] pooled(int opset, List<Integer> shape, float[] values)
      throws OrtException {
    GraphBuilder builder = new GraphBuilder(opset);
    builder.writer.input("x", shape);
    Cut cut = new Cut("x", shape, 0);
    new Pooling(builder.writer, false).pool("pooled", "x", cut);
    builder.writer.output("pooled", List.of(cut.width()));
    long[] sizes = new long[shape.size() + 1];
    sizes[0] = ROWS;
    for (int d = 1; d < sizes.length; d++) {
      sizes[d] = shape.get(d - 1);
    }
    try (OrtSession session = Sessions.open("pooling", builder.bytes());
        OnnxTensor x =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), FloatBuffer.wrap(values), sizes);
        OrtSession.Result result = session.run(Map.of("x", x))) {
      FloatBuffer pooled = ((OnnxTensor) result.get("pooled").orElseThrow()).getFloatBuffer();
      float[] array = new float[pooled.remaining()];
      pooled.get(array);
      return array;
    }
  }

  /** Mostly below 0, so that padding by 0 would be seen in a maximum. */
  private static float[] numbers(int count) {
    Random chance = new Random(count);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) chance.nextGaussian() - 2;
    }
    return numbers;
  }
}
