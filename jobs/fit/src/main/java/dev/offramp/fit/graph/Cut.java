package dev.offramp.fit.graph;

import dev.offramp.runtime.Manifest;
import java.util.List;

/**
 * A tensor at which a backbone can be cut in two, or its result, where the last exit is.
 *
 * @param tensor its name in the backbone
 * @param shape for one event, without the batch: [tokens, width], [channels, height, width] or
 *     [width]; {@link Manifest#TOKENS} for the number of tokens
 * @param multiplyAddsBefore what it costs to get here, for one event of nominal length
 */
public record Cut(String tensor, List<Integer> shape, long multiplyAddsBefore) {
  /** Keeps the shape as it is now. */
  public Cut {
    shape = List.copyOf(shape);
  }

  /** Columns of its pooled features. */
  public int width() {
    return switch (shape.size()) {
      case 1 -> shape.get(0);
      case 2 -> shape.get(1);
      default -> Grid.of(shape).width();
    };
  }

  /** Whether it has a state for each token of a text. */
  boolean hasTokens() {
    return shape.get(0) == Manifest.TOKENS;
  }
}
