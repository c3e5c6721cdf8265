package dev.offramp.runtime;

/**
 * What an event counts for while it is in flight, estimated once before it is taken in, so that
 * what is added is what is taken off again. Immutable.
 *
 * @param tokens that the network computes for it, of a text estimated by its bytes; more where much
 *     of the text must be tokenized to find them. Tensors count as a short text does
 * @param bytes of memory it holds at most: its states and the hidden states of the widest stage
 *     boundary of these stages; the caller adds those of the event as it came
 */
public record EventFootprint(int tokens, long bytes) {
  /** What an event without any content counts for. */
  static final int LEAST_BYTES = 512;

  /** With other bytes that are held as long, those of the record that the event came in. */
  public EventFootprint plus(long more) {
    return new EventFootprint(tokens, bytes + more);
  }
}
