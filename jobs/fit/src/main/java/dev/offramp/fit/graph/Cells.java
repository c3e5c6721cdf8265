package dev.offramp.fit.graph;

import java.util.stream.IntStream;

/**
 * How one dimension of an activation is shared out to the cells of a grid, as adaptive pooling does
 * it: cell i of n reaches from floor(i size / n) to before ceil((i + 1) size / n), so that cells
 * differ by at most one and overlap by at most one where n doesn't divide the size.
 *
 * <p>ONNX has no adaptive pooling, only one kernel and one stride for all cells. With up to four
 * cells only the first and the last are ever smaller than the others, which padding makes up for;
 * and all begin one stride after the other but for four cells of 4q + 2, where the elements that
 * two cells share are doubled first.
 *
 * @param size of the dimension, 1 or more
 * @param count of the cells, at most {@link #MOST} and at most the size
 */
record Cells(int size, int count) {
  /** More could need other kernels. */
  static final int MOST = 4;

  Cells {
    if (count < 1 || count > MOST || count > size) {
      throw new IllegalArgumentException(
          "cells must be 1 to %d and no more than the size %d: %d".formatted(MOST, size, count));
    }
  }

  /** The first element of cell i. */
  int from(int i) {
    return i * size / count;
  }

  /** The first element behind cell i. */
  int to(int i) {
    return ((i + 1) * size + count - 1) / count;
  }

  /** Elements of the largest cell. */
  int kernel() {
    return IntStream.range(0, count).map(this::length).max().orElseThrow();
  }

  /** What the first cell lacks. */
  int padBefore() {
    return kernel() - length(0);
  }

  /** What the last cell lacks; where there is but one cell it lacks nothing. */
  int padAfter() {
    return kernel() - length(count - 1);
  }

  /** From the beginning of one cell to that of the next, doubled elements counted. */
  int stride() {
    return isEven() ? step() : kernel();
  }

  /** Whether one stride leads from each cell to the next; else {@link #elements} are gathered. */
  boolean isEven() {
    return IntStream.range(1, count).allMatch(i -> from(i) == i * step() - padBefore());
  }

  /** The elements of all cells, one cell behind the other. */
  int[] elements() {
    return IntStream.range(0, count).flatMap(i -> IntStream.range(from(i), to(i))).toArray();
  }

  private int step() {
    return count == 1 ? kernel() : from(1) + padBefore();
  }

  private int length(int i) {
    return to(i) - from(i);
  }
}
