package dev.offramp.fit.learn;

import dev.offramp.fit.work.Workers;
import dev.offramp.runtime.ExitState;
import dev.offramp.runtime.Exits;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Measures;
import dev.offramp.runtime.Scores;
import java.util.List;

/**
 * Examples passing every exit: what gates would see there and how right the exit would be. Computed
 * once by the arithmetic that serves, so that any number of gates can be learned and tried on it.
 *
 * @param measures for each exit [examples x {@link Measures#COUNT}], row-major
 * @param correct for each exit, whether its label is the truth [examples]
 * @param foreseen for each exit, what the last exit's probability of its label is [examples]
 */
record Passes(double[][] measures, boolean[][] correct, float[][] foreseen) {
  private static final int BLOCK = 256;

  static Passes of(Manifest manifest, float[][] logits, int[] labels) {
    int exits = manifest.exits();
    int n = labels.length;
    Passes passes =
        new Passes(
            new double[exits][n * Measures.COUNT], new boolean[exits][n], new float[exits][n]);
    Workers.blocks(
        n,
        BLOCK,
        (from, to) -> {
          Exits decision = new Exits(manifest, Draft.fullDepth(exits));
          double[] seen = new double[Measures.COUNT];
          float[] before = new float[manifest.classes()];
          int[] label = new int[exits];
          for (int i = from; i < to; i++) {
            ExitState state = Replay.start(manifest, logits[i]);
            for (int exit = 0; exit < exits; exit++) {
              System.arraycopy(state.probabilities(), 0, before, 0, before.length);
              decision.advance(state);
              Measures.of(exit, state.probabilities(), before, state.run(), seen);
              System.arraycopy(seen, 0, passes.measures[exit], i * Measures.COUNT, Measures.COUNT);
              label[exit] = Scores.argmax(state.probabilities());
              passes.correct[exit][i] = label[exit] == labels[i];
            }
            for (int exit = 0; exit < exits; exit++) {
              passes.foreseen[exit][i] = state.probabilities()[label[exit]];
            }
          }
        });
    return passes;
  }

  int exits() {
    return correct.length;
  }

  int examples() {
    return correct[0].length;
  }

  /** These examples, then others. */
  Passes and(Passes other) {
    int n = examples() + other.examples();
    Passes both =
        new Passes(
            new double[exits()][n * Measures.COUNT],
            new boolean[exits()][n],
            new float[exits()][n]);
    int at = 0;
    for (Passes part : List.of(this, other)) {
      for (int exit = 0; exit < exits(); exit++) {
        int size = part.examples();
        System.arraycopy(
            part.measures[exit],
            0,
            both.measures[exit],
            at * Measures.COUNT,
            size * Measures.COUNT);
        System.arraycopy(part.correct[exit], 0, both.correct[exit], at, size);
        System.arraycopy(part.foreseen[exit], 0, both.foreseen[exit], at, size);
      }
      at += part.examples();
    }
    return both;
  }
}
