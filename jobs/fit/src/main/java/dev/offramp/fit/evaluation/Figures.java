package dev.offramp.fit.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.OperatingPoint;
import java.util.ArrayList;
import java.util.List;

/**
 * How good an operating point is on labelled examples, judged by the arithmetic that serves.
 *
 * @param accuracy share of right labels at the exit taken
 * @param fullDepthAccuracy share of right labels at the last exit
 * @param meanCost in [0, 1]
 * @param exits what happened at each exit
 * @param confidenceLevel of the prediction sets
 * @param coverage share of prediction sets that hold the right label
 * @param meanSetSize mean number of labels in a prediction set
 * @param ece expected calibration error in 15 bins of equal count
 * @param outOfScopeAuroc how well entropy at the exit taken tells out-of-scope examples from the
 *     others: the chance that it is larger for one of them; null if there were none
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Figures(
    double accuracy,
    double fullDepthAccuracy,
    double meanCost,
    List<ExitFigures> exits,
    double confidenceLevel,
    double coverage,
    double meanSetSize,
    double ece,
    Double outOfScopeAuroc) {

  /**
   * What happened at one exit.
   *
   * @param index from 0
   * @param share of examples that left here
   * @param accuracy share of right labels among them; null if nobody left here
   */
  public record ExitFigures(int index, double share, Double accuracy) {}

  /**
   * Judges one point.
   *
   * @param logits [examples][exits x classes]
   * @param labels [examples]
   * @param level confidence level, one of the manifest's
   * @param outOfScope logits of examples that no label fits; may be empty
   * @throws IllegalArgumentException if there is no example, or the level is not the manifest's
   */
  public static Figures of(
      Manifest manifest,
      OperatingPoint point,
      float[][] logits,
      int[] labels,
      double level,
      float[][] outOfScope) {
    if (logits.length == 0 || logits.length != labels.length) {
      throw new IllegalArgumentException(
          "judging needs examples, each with its label: %d examples, %d labels"
              .formatted(logits.length, labels.length));
    }
    int at = manifest.level(level);
    Judged judged = new Judged(manifest, point, logits, labels);
    Double auroc = null;
    if (outOfScope.length > 0) {
      Judged others = new Judged(manifest, point, outOfScope, null);
      auroc = Quality.auroc(judged.entropy, others.entropy);
    }
    return of(judged, at, manifest, auroc);
  }

  /**
   * Sums up what was judged.
   *
   * @param level index of one of the manifest's levels
   * @param auroc of the examples that no label fits; null if there are none
   */
  static Figures of(Judged judged, int level, Manifest manifest, Double auroc) {
    int n = judged.examples();
    int[] left = new int[manifest.exits()];
    int[] right = new int[manifest.exits()];
    int rightAtEnd = 0;
    int covered = 0;
    long members = 0;
    for (int i = 0; i < n; i++) {
      left[judged.exit[i]]++;
      right[judged.exit[i]] += judged.correct[i] ? 1 : 0;
      rightAtEnd += judged.correctAtEnd[i] ? 1 : 0;
      covered += judged.covered[level][i] ? 1 : 0;
      members += judged.setSize[level][i];
    }
    List<ExitFigures> exits = new ArrayList<>();
    int allRight = 0;
    for (int exit = 0; exit < left.length; exit++) {
      allRight += right[exit];
      Double accuracy = left[exit] == 0 ? null : right[exit] / (double) left[exit];
      exits.add(new ExitFigures(exit, left[exit] / (double) n, accuracy));
    }
    return new Figures(
        allRight / (double) n,
        rightAtEnd / (double) n,
        judged.meanCost(),
        exits,
        manifest.levels().get(level),
        covered / (double) n,
        members / (double) n,
        Quality.calibrationError(judged.confidence, judged.correct),
        auroc);
  }
}
