package dev.offramp.fit.graph;

import java.util.stream.IntStream;

/**
 * How one dimension of an activation is shared out to the cells of a grid, as adaptive pooling does
 * it: cell i of n reaches from floor(i size / n) to before ceil((i + 1) size / n), so that cells
 * differ by at most one and overlap by at most one where n doesn't divide the size.
 *
 * <p>ONNX has no adaptive pooling, only one kernel and one stride for all cells. With up to four
 * cells only the first and the last are ever smaller than the others, which padding makes up for;
 * and all begin one stride after the other but for four cells of 4q + 2, which are two cells of
 * each half.
 *
 * @param size of the dimension, 1 or more
 * @param count of the cells, at most {@link #MOST} and at most the size
 */
record Cells(int size, int count) {
  /** With more, cells between the first and the last could be smaller too. */
  static final int MOST = 4;

  /**
   * What pooling is told of one dimension.
   *
   * @param kernel elements of a cell
   * @param stride from the beginning of a cell to that of the next
   * @param padBefore what the first cell lacks
   * @param padAfter what the last cell lacks
   */
  record Window(int kernel, int stride, int padBefore, int padAfter) {
    /** Leaves a dimension as it is. */
    static final Window ONE = new Window(1, 1, 0, 0);
  }

  Cells {
    if (count < 1 || count > MOST || count > size) {
      throw new IllegalArgumentException(
          "cells must be 1 to %d and no more than the size %d: %d".formatted(MOST, size, count));
    }
  }

  /** The window of all cells, if they are even, else of those of each half. */
  Window window() {
    if (!isEven()) {
      return new Cells(size / 2, count / 2).window();
    }
    return new Window(kernel(), stride(), padBefore(), kernel() - length(count - 1));
  }

  /** Whether one stride leads from each cell to the next; else it does in each half. */
  boolean isEven() {
    return IntStream.range(1, count).allMatch(i -> from(i) == i * stride() - padBefore());
  }

  /** Elements of the largest cell. */
  int kernel() {
    return IntStream.range(0, count).map(this::length).max().orElseThrow();
  }

  private int stride() {
    return count == 1 ? kernel() : from(1) + padBefore();
  }

  private int padBefore() {
    return kernel() - length(0);
  }

  private int length(int i) {
    return ((i + 1) * size + count - 1) / count - from(i);
  }

  private int from(int i) {
    return i * size / count;
  }
}
