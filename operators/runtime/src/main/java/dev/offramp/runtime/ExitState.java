package dev.offramp.runtime;

/**
 * What an event remembers of the exits it has passed, so that the next exit's probabilities and
 * gate can look back. Owned by one thread at a time; fields are read and written by {@link Exits}
 * and by whoever moves the event to another machine.
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

  /**
   * Logits [exits x classes], row-major: those of the exits passed, and room for those to come,
   * which the stages (or learning, from its cache) fill.
   */
  public float[] logits() {
    return logits;
  }

  /** Calibrated probabilities of the last exit passed [classes]; not to be changed. */
  public float[] probabilities() {
    return probabilities;
  }

  /** Exits passed so far. */
  public int exits() {
    return exits;
  }

  /** How many exits before the last one gave its label without a break. */
  public int run() {
    return run;
  }

  /** Back to no exit passed; the logits stay. */
  public void rewind() {
    exits = 0;
    label = -1;
    run = 0;
    spent = 0;
    gate = 0;
  }
}
