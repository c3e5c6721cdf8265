package dev.offramp.fit.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.offramp.fit.learn.Front;
import dev.offramp.fit.learn.GateKind;
import dev.offramp.fit.learn.Learner;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.ExitCalibration;
import dev.offramp.runtime.Manifest.OperatingPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a report shows of a point beside its {@link Figures}.
 *
 * @param name of the bundle
 * @param labels how many the network knows
 * @param exitTaken how probabilities and sets held at the exit taken
 * @param fullDepth the same of the whole network
 * @param exitsTaken the same for each exit
 * @param setSizes the exit taken against full depth, by level
 * @param risk of answering only the surest, by the confidence at the exit taken
 * @param fullDepthRisk by that of the whole network
 * @param outOfScope null if there was no example that no label fits
 * @param entropy how entropy is spread
 * @param baselines accuracy against cost for every threshold of the usual gates
 * @param hardest examples whose truth was thought least likely
 * @param easiest right ones that left first
 * @param surestOutOfScope examples that no label fits and that looked most as if one did
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Details(
    String name,
    int labels,
    UncertaintyFigures exitTaken,
    UncertaintyFigures fullDepth,
    List<ExitUncertainty> exitsTaken,
    List<SetComparison> setSizes,
    RiskCurve risk,
    RiskCurve fullDepthRisk,
    Strangers outOfScope,
    EntropyCurves entropy,
    Map<GateKind, List<Front.Trial>> baselines,
    List<Case> hardest,
    List<Case> easiest,
    List<Case> surestOutOfScope) {

  /**
   * Labelled examples, run through the network.
   *
   * @param texts what was read; null for tensors
   * @param logits [examples][exits x classes]
   * @param labels [examples]; null if no label fits
   */
  record Examples(List<String> texts, float[][] logits, int[] labels) {}

  /**
   * Works them out.
   *
   * @param level confidence level of the sets told of single examples
   * @param strangers examples that no label fits; may be empty
   */
  static Details of(
      Manifest manifest,
      OperatingPoint point,
      double level,
      Examples examples,
      Examples strangers) {
    OperatingPoint full = manifest.point(Learner.FULL_DEPTH);
    Judged in = new Judged(manifest, point, examples.logits, examples.labels);
    Judged inFull = new Judged(manifest, full, examples.logits, examples.labels);
    Judged out =
        strangers.logits.length == 0 ? null : new Judged(manifest, point, strangers.logits, null);
    List<Double> levels = manifest.levels();
    UncertaintyFigures taken = UncertaintyFigures.of(in, levels, in.all(), Quality.BINS);
    UncertaintyFigures whole = UncertaintyFigures.of(inFull, levels, in.all(), Quality.BINS);
    int at = manifest.level(level);
    Cases cases =
        new Cases(manifest, point, at, examples.texts, examples.logits, examples.labels, in);
    return new Details(
        manifest.name(),
        manifest.classes(),
        taken,
        whole,
        exits(manifest, point, in),
        SetComparison.of(taken.sets(), whole.sets()),
        RiskCurve.of(in.confidence, in.correct),
        RiskCurve.of(inFull.confidence, inFull.correct),
        out == null
            ? null
            : Strangers.of(
                manifest, in, out, inFull, new Judged(manifest, full, strangers.logits, null)),
        EntropyCurves.of(in, out),
        Front.baselines(manifest, examples.logits, examples.labels),
        cases.hardest(),
        cases.easiest(),
        out == null
            ? List.of()
            : new Cases(manifest, point, at, strangers.texts, strangers.logits, null, out)
                .surest());
  }

  private static List<ExitUncertainty> exits(Manifest manifest, OperatingPoint point, Judged in) {
    List<ExitUncertainty> exits = new ArrayList<>();
    for (int e = 0; e < manifest.exits(); e++) {
      int[] left = in.at(e);
      ExitCalibration calibration = point.calibration().exits().get(e);
      exits.add(
          new ExitUncertainty(
              e,
              manifest.stages().get(e).cost(),
              left.length / (double) in.examples(),
              calibration.gate().examples(),
              UncertaintyFigures.of(
                  in, manifest.levels(), left, UncertaintyFigures.bins(left.length))));
    }
    return List.copyOf(exits);
  }
}
