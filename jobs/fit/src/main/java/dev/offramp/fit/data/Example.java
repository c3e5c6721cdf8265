package dev.offramp.fit.data;

/**
 * A labelled example: a text or a tensor.
 *
 * @param text what the network reads; null: the tensor
 * @param tensor what the network reads; null: the text
 * @param label index in {@link Dataset#labels}; {@link #OUT_OF_SCOPE} if none of them fits
 */
public record Example(String text, Tensor tensor, int label) {
  /** The label of an example that no label fits. */
  public static final int OUT_OF_SCOPE = -1;

  /** Checks that there is one of both. */
  public Example {
    if ((text == null) == (tensor == null)) {
      throw new IllegalArgumentException("an example must be a text or a tensor, and not both");
    }
  }

  /** A text. */
  public Example(String text, int label) {
    this(text, null, label);
  }

  /** A tensor. */
  public Example(Tensor tensor, int label) {
    this(null, tensor, label);
  }
}
