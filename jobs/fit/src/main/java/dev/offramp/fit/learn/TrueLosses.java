package dev.offramp.fit.learn;

import dev.offramp.fit.work.Workers;
import dev.offramp.runtime.ExitState;
import dev.offramp.runtime.Exits;
import dev.offramp.runtime.Manifest;

/**
 * The cross-entropy of labelled examples at every exit, by the probabilities that serve. Stateless;
 * any thread.
 */
final class TrueLosses {
  /** A label of probability 0 costs what one of so much does: logarithms stay finite. */
  static final double LEAST = 1e-30;

  private static final int BLOCK = 256;

  private TrueLosses() {}

  /**
   * In nats [examples][exits].
   *
   * @param manifest whose stacking makes probabilities of logits
   * @param logits [examples][exits x classes]
   */
  static double[][] of(Manifest manifest, float[][] logits, int[] labels) {
    int exits = manifest.exits();
    double[][] losses = new double[labels.length][exits];
    Workers.blocks(
        labels.length,
        BLOCK,
        (from, to) -> {
          Exits decision = new Exits(manifest, Draft.fullDepth(exits));
          for (int i = from; i < to; i++) {
            ExitState state = Replay.start(manifest, logits[i]);
            for (int exit = 0; exit < exits; exit++) {
              decision.advance(state);
              losses[i][exit] = of(state.probabilities(), labels[i]);
            }
          }
        });
    return losses;
  }

  /** In nats, of one example at one exit. */
  static double of(float[] probabilities, int label) {
    return -Math.log(Math.max(probabilities[label], LEAST));
  }
}
