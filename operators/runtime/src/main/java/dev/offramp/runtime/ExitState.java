package dev.offramp.runtime;

/**
 * What an event remembers of the exits it has passed, so that the next exit's probabilities and gate
 * can look back. Owned by one thread at a time; fields are read and written by {@link Exits} and by
 * whoever moves the event to another machine.
 */
public final class ExitState {
  /** Logits of the exits passed so far [exits x classes], row-major. */
  final float[] logits;

  /** Calibrated probabilities of the last exit passed [classes]. */
  final float[] probabilities;

  /** Exits passed so far. */
  int exits;

  /** The last exit's label. */
  int label = -1;

  /** How many exits before the last one gave its label without a break. */
  int run;

  /** The sum of gate values so far, for {@link Manifest.Rule#SHARED_UNIT}. */
  double spent;

  /** The last gate's value. */
  double gate;

  /** An event that has passed no exit yet. */
  public ExitState(int exits, int classes) {
    logits = new float[exits * classes];
    probabilities = new float[classes];
  }

  /** Logits of the exits passed so far [exits x classes], row-major; the caller must not change it. */
  public float[] logits() {
    return logits;
  }

  /** Exits passed so far. */
  public int exits() {
    return exits;
  }
}
