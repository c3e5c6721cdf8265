package dev.offramp.fit.learn;

import dev.offramp.fit.work.Workers;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * What a head reads: the z-scored features of its exit, joined with the mean of those of the exits
 * before where all are of one width, as {@link Head} says. Rows are put together when they are
 * needed: to keep them would take the features' size twice over for each exit.
 */
final class HeadInput {
  private final Features features;
  private final boolean joined;
  private final float[][] mean;
  private final float[][] deviation;

  HeadInput(Features features, float[][] mean, float[][] deviation) {
    this.features = features;
    this.joined = features.isOneWidth();
    this.mean = mean;
    this.deviation = deviation;
  }

  /**
   * Takes mean and deviation from all examples.
   *
   * @throws IllegalArgumentException if a feature is not finite
   */
  static HeadInput measured(Features features) {
    int exits = features.exits();
    float[][] mean = new float[exits][];
    float[][] deviation = new float[exits][];
    Workers.run(
        exits,
        exit -> {
          int width = features.width(exit);
          double[] sum = new double[width];
          double[] squares = new double[width];
          float[] row = new float[width];
          FloatBuffer into = FloatBuffer.wrap(row);
          float[] origin = new float[width];
          for (int i = 0; i < features.examples(); i++) {
            features.copy(i, exit, into.clear());
            if (i == 0) {
              System.arraycopy(row, 0, origin, 0, width);
            }
            // Distances from the first row: squares of a large mean would drown a small deviation.
            for (int c = 0; c < width; c++) {
              double d = row[c] - origin[c];
              sum[c] += d;
              squares[c] += d * d;
            }
          }
          mean[exit] = new float[width];
          deviation[exit] = new float[width];
          int n = features.examples();
          for (int c = 0; c < width; c++) {
            double m = sum[c] / n;
            double d = Math.sqrt(Math.max(0, squares[c] / n - m * m));
            if (!Double.isFinite(d)) {
              throw new IllegalArgumentException(
                  "features must be finite: column %d of exit %d isn't for some training example; check the network, or use one of 32-bit floats"
                      .formatted(c, exit));
            }
            mean[exit][c] = (float) (origin[c] + m);
            // A column that never changes says nothing, and stays 0.
            deviation[exit][c] = d > 1e-6 ? (float) d : 1;
          }
        });
    return new HeadInput(features, mean, deviation);
  }

  /** Other examples, scaled alike. */
  HeadInput of(Features others) {
    return new HeadInput(others, mean, deviation);
  }

  int exits() {
    return features.exits();
  }

  int columns(int exit) {
    return exit == 0 || !joined ? features.width(exit) : 2 * features.width(exit);
  }

  /** Columns of an exit that has others before it, by which all of the network have dropout. */
  int usualColumns(int exit) {
    return joined ? 2 * features.width(exit) : features.width(exit);
  }

  float[] mean(int exit) {
    return mean[exit];
  }

  float[] deviation(int exit) {
    return deviation[exit];
  }

  /** Rows of one exit, put together one at a time. Owned by one thread. */
  Rows rows(int exit) {
    return new Rows(exit, exit > 0 && joined);
  }

  /** The same for a linear head, which reads its own exit alone. */
  Rows own(int exit) {
    return new Rows(exit, false);
  }

  /** See {@link #rows}. */
  final class Rows {
    private final int exit;
    private final float[] raw;
    private final float[] carried;
    private final FloatBuffer into;

    private Rows(int exit, boolean joined) {
      this.exit = exit;
      this.raw = new float[features.width(exit)];
      this.carried = new float[joined ? raw.length : 0];
      this.into = FloatBuffer.wrap(raw);
    }

    int columns() {
      return raw.length + carried.length;
    }

    /**
     * Puts the row of an example together.
     *
     * @param row receives it [columns]
     */
    void copy(int example, float[] row) {
      features.copy(example, exit, into.clear());
      scaled(raw, mean[exit], deviation[exit], row);
      if (carried.length == 0) {
        return;
      }
      Arrays.fill(carried, 0);
      for (int j = 0; j < exit; j++) {
        features.copy(example, j, into.clear());
        addScaled(raw, mean[j], deviation[j], carried);
      }
      for (int c = 0; c < carried.length; c++) {
        row[carried.length + c] = carried[c] / exit;
      }
    }
  }

  // Loops over whole arrays in methods of their own, which the compiler makes vectors of.

  private static void scaled(float[] x, float[] mean, float[] deviation, float[] into) {
    for (int c = 0; c < x.length; c++) {
      into[c] = (x[c] - mean[c]) / deviation[c];
    }
  }

  private static void addScaled(float[] x, float[] mean, float[] deviation, float[] into) {
    for (int c = 0; c < x.length; c++) {
      into[c] += (x[c] - mean[c]) / deviation[c];
    }
  }
}
