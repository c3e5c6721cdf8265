package dev.offramp.fit.data;

/**
 * A labelled example.
 *
 * @param text what the network reads
 * @param label index in {@link Dataset#labels}; {@link #OUT_OF_SCOPE} if none of them fits
 */
public record Example(String text, int label) {
  /** The label of an example that no label fits. */
  public static final int OUT_OF_SCOPE = -1;
}
