package dev.offramp.fit;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.offramp.fit.learn.Replay;
import dev.offramp.fit.work.Workers;
import dev.offramp.runtime.ExitState;
import dev.offramp.runtime.Exits;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.Group;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.PredictionSets;
import dev.offramp.runtime.Scores;
import dev.offramp.runtime.SetKind;
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
    manifest.level(level);
    int n = logits.length;
    Judged judged = new Judged(manifest, point, logits, level, labels);
    int[] left = new int[manifest.exits()];
    int[] right = new int[manifest.exits()];
    int rightAtEnd = 0;
    int covered = 0;
    long members = 0;
    double cost = 0;
    for (int i = 0; i < n; i++) {
      left[judged.exit[i]]++;
      right[judged.exit[i]] += judged.correct[i] ? 1 : 0;
      rightAtEnd += judged.correctAtEnd[i] ? 1 : 0;
      covered += judged.covered[i] ? 1 : 0;
      members += judged.setSize[i];
      cost += manifest.stages().get(judged.exit[i]).cost();
    }
    List<ExitFigures> exits = new ArrayList<>();
    int allRight = 0;
    for (int exit = 0; exit < left.length; exit++) {
      allRight += right[exit];
      Double accuracy = left[exit] == 0 ? null : right[exit] / (double) left[exit];
      exits.add(new ExitFigures(exit, left[exit] / (double) n, accuracy));
    }
    Double auroc = null;
    if (outOfScope.length > 0) {
      Judged others = new Judged(manifest, point, outOfScope, level, null);
      auroc = Quality.auroc(judged.entropy, others.entropy);
    }
    return new Figures(
        allRight / (double) n,
        rightAtEnd / (double) n,
        cost / n,
        exits,
        level,
        covered / (double) n,
        members / (double) n,
        Quality.calibrationError(judged.confidence, judged.correct),
        auroc);
  }

  /** Each example's prediction. */
  private static final class Judged {
    private static final int BLOCK = 256;

    final int[] exit;
    final boolean[] correct;
    final boolean[] correctAtEnd;
    final boolean[] covered;
    final int[] setSize;
    final double[] confidence;
    final double[] entropy;

    private final Manifest manifest;

    /**
     * @param labels null if no label fits
     */
    Judged(Manifest manifest, OperatingPoint point, float[][] logits, double level, int[] labels) {
      int n = logits.length;
      this.manifest = manifest;
      exit = new int[n];
      correct = new boolean[n];
      correctAtEnd = new boolean[n];
      covered = new boolean[n];
      setSize = new int[n];
      confidence = new double[n];
      entropy = new double[n];
      Workers.blocks(
          n,
          BLOCK,
          (from, to) -> {
            Exits decision = new Exits(manifest, point);
            PredictionSets sets = PredictionSets.of(manifest, point, SetKind.LAC, level);
            float[] p = new float[manifest.classes()];
            for (int i = from; i < to; i++) {
              judge(decision, sets, logits[i], i, labels == null ? -1 : labels[i], p);
            }
          });
    }

    private void judge(
        Exits decision, PredictionSets sets, float[] logits, int i, int label, float[] p) {
      ExitState state = Replay.start(manifest, logits);
      while (!decision.leaves(state)) {}
      Group group = decision.group(state, false);
      decision.probabilities(state, group, p);
      int answer = Scores.argmax(p);
      exit[i] = state.exits() - 1;
      correct[i] = answer == label;
      confidence[i] = p[answer];
      entropy[i] = Scores.entropy(p);
      boolean[] members = sets.members(group, false, p);
      for (int c = 0; c < p.length; c++) {
        if (members[c]) {
          setSize[i]++;
          covered[i] |= c == label;
        }
      }
      while (state.exits() < manifest.exits()) {
        decision.advance(state);
      }
      correctAtEnd[i] = Scores.argmax(state.probabilities()) == label;
    }
  }
}
