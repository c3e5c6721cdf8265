package dev.offramp.fit.learn;

import java.nio.FloatBuffer;
import java.util.SplittableRandom;

/**
 * Clusters, one for each class, that get more separable with depth: at exit l an example lies at
 * its class's centre plus noise that shrinks with l, most of which it keeps from exit to exit.
 */
final class MadeUpFeatures implements Features {
  private final float[] values;
  private final int exits;
  private final int width;
  final int[] labels;

  /**
   * @param separation distance of centres from the origin over noise, by exit
   * @param world seed of the centres; splits of one world share it
   * @param seed of the examples
   */
  MadeUpFeatures(int examples, int width, int classes, double[] separation, long world, long seed) {
    this.exits = separation.length;
    this.width = width;
    values = new float[examples * exits * width];
    labels = new int[examples];
    SplittableRandom random = new SplittableRandom(world);
    double[][] centres = new double[classes][width];
    for (double[] centre : centres) {
      for (int c = 0; c < width; c++) {
        centre[c] = random.nextGaussian() / Math.sqrt(width);
      }
    }
    random = new SplittableRandom(seed);
    double[] noise = new double[width];
    for (int i = 0; i < examples; i++) {
      labels[i] = random.nextInt(classes);
      for (int c = 0; c < width; c++) {
        noise[c] = random.nextGaussian();
      }
      for (int exit = 0; exit < exits; exit++) {
        for (int c = 0; c < width; c++) {
          noise[c] = 0.9 * noise[c] + Math.sqrt(1 - 0.81) * random.nextGaussian();
          values[(i * exits + exit) * width + c] =
              (float) (3 + 2 * (separation[exit] * centres[labels[i]][c] + noise[c]));
        }
      }
    }
  }

  @Override
  public int examples() {
    return labels.length;
  }

  @Override
  public int exits() {
    return exits;
  }

  @Override
  public int width(int exit) {
    return width;
  }

  @Override
  public void copy(int example, int exit, FloatBuffer into) {
    into.put(values, (example * exits + exit) * width, width);
  }
}
