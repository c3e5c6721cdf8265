package dev.offramp.fit.graph;

import java.util.List;

/**
 * The grid that an activation [channels, height, width] is pooled on: each cell gives the mean and
 * the maximum of every channel. Where things are is kept, coarsely: on the first exits of a network
 * for images heads on global means find little.
 *
 * <p>Four by four cells; fewer where the activation itself is smaller, and where so many channels
 * would give more than {@link #MOST_COLUMNS} (a head's weights grow with them, and so do the
 * features on disk; deep activations are small and say less by their place). Where each cell is one
 * pixel its mean is its maximum, and stands once.
 *
 * @param channels of the activation
 * @param rows cells of its height
 * @param columns cells of its width
 */
record Grid(int channels, Cells rows, Cells columns) {
  /** Cells of each side. */
  static final int SIDE = 4;

  /** Two numbers for each of sixteen cells of 256 channels. */
  static final int MOST_COLUMNS = 8192;

  /** The grid for an activation of this shape. */
  static Grid of(List<Integer> shape) {
    int side = SIDE;
    while (side > 1 && of(shape, side).width() > MOST_COLUMNS) {
      side--;
    }
    return of(shape, side);
  }

  private static Grid of(List<Integer> shape, int side) {
    return new Grid(shape.get(0), cells(shape.get(1), side), cells(shape.get(2), side));
  }

  private static Cells cells(int size, int most) {
    return new Cells(size, Math.min(size, most));
  }

  /** Whether each cell is one pixel. */
  boolean isPixels() {
    return rows.kernel() == 1 && columns.kernel() == 1;
  }

  /** Columns of the pooled features. */
  int width() {
    return channels * rows.count() * columns.count() * (isPixels() ? 1 : 2);
  }
}
