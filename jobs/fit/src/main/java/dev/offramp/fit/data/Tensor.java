package dev.offramp.fit.data;

import java.util.List;

/**
 * A float tensor of one example, without a batch dimension.
 *
 * @param shape sizes from the outermost dimension in, each 1 or more
 * @param values finite, row-major, as many as the product of the shape
 */
public record Tensor(List<Integer> shape, float[] values) {
  /** Checks that values and shape fit together. */
  public Tensor {
    shape = List.copyOf(shape);
    long size = 1;
    for (int s : shape) {
      size *= s;
    }
    if (shape.isEmpty() || size != values.length) {
      throw new IllegalArgumentException(
          "a tensor of shape %s must have as many values: it has %d"
              .formatted(shape, values.length));
    }
  }
}
