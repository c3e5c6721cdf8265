package dev.offramp.fit.evaluation;

import dev.offramp.runtime.Manifest;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How examples that no label fits were told from the others, by their entropy.
 *
 * @param examples how many
 * @param meanCost that they used
 * @param exitShares share of them that left at each exit
 * @param exitTaken by the entropy at the exit taken
 * @param fullDepth by that at the last exit
 */
public record Strangers(
    int examples,
    double meanCost,
    List<Double> exitShares,
    RocCurve exitTaken,
    RocCurve fullDepth) {

  /** Compares those judged at the point asked for and at full depth. */
  static Strangers of(Manifest manifest, Judged in, Judged out, Judged inFull, Judged outFull) {
    double n = out.examples();
    return new Strangers(
        out.examples(),
        out.meanCost(),
        IntStream.range(0, manifest.exits()).mapToObj(e -> out.at(e).length / n).toList(),
        RocCurve.of(in.entropy, out.entropy),
        RocCurve.of(inFull.entropy, outFull.entropy));
  }
}
