package dev.offramp.cli;

import dev.offramp.fit.evaluation.Figures.ExitFigures;
import dev.offramp.fit.evaluation.Quality;
import dev.offramp.schemas.Prediction;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What the predictions read so far amount to, against the labels that only the one who sent the
 * events knows. One thread.
 */
final class Tally {
  private final Map<String, String> truth;
  private final Set<String> seen = new HashSet<>();
  private final int[] left;
  private final int[] right;
  private final double[] confidence;
  private final boolean[] correct;
  private final double[] latencyMillis;
  private int predicted;
  private int duplicated;
  private int covered;
  private long setMembers;
  private double cost;
  private double level;
  private Instant first;
  private Instant last;

  /**
   * Nothing read yet.
   *
   * @param truth the label of each event, by its id
   * @param exits of the network
   */
  Tally(Map<String, String> truth, int exits) {
    this.truth = new HashMap<>(truth);
    this.left = new int[exits];
    this.right = new int[exits];
    this.confidence = new double[truth.size()];
    this.correct = new boolean[truth.size()];
    this.latencyMillis = new double[truth.size()];
  }

  /** Takes in a prediction. */
  void add(Prediction p) {
    String label = truth.get(p.getEventId());
    if (label == null) {
      throw new IllegalStateException("a prediction for an event never sent: " + p.getEventId());
    }
    if (!seen.add(p.getEventId())) {
      duplicated++;
      return;
    }
    boolean isRight = p.getLabel().equals(label);
    confidence[predicted] = p.getProbability();
    correct[predicted] = isRight;
    Instant emitted = p.getTiming().getEmittedAt();
    latencyMillis[predicted] =
        Duration.between(p.getTiming().getArrivedAt(), emitted).toNanos() / 1e6;
    predicted++;
    left[p.getExit().getIndex()]++;
    right[p.getExit().getIndex()] += isRight ? 1 : 0;
    covered += p.getUncertainty().getPredictionSet().contains(label) ? 1 : 0;
    setMembers += p.getUncertainty().getPredictionSet().size();
    level = p.getUncertainty().getConfidenceLevel();
    cost += p.getCost();
    first = first == null || emitted.isBefore(first) ? emitted : first;
    last = last == null || emitted.isAfter(last) ? emitted : last;
  }

  /** Events that have a prediction. */
  int predicted() {
    return predicted;
  }

  /** When the first prediction was made; null before it. */
  Instant first() {
    return first;
  }

  /** The figures so far; at least one prediction must be in. */
  Figures figures() {
    List<ExitFigures> exits =
        IntStream.range(0, left.length)
            .mapToObj(
                k ->
                    new ExitFigures(
                        k,
                        left[k] / (double) predicted,
                        left[k] == 0 ? null : right[k] / (double) left[k]))
            .toList();
    double seconds = Duration.between(first, last).toNanos() / 1e9;
    double[] sorted = Arrays.copyOf(latencyMillis, predicted);
    Arrays.sort(sorted);
    return new Figures(
        predicted,
        duplicated,
        Arrays.stream(right).sum() / (double) predicted,
        cost / predicted,
        exits,
        level,
        covered / (double) predicted,
        setMembers / (double) predicted,
        Quality.calibrationError(
            Arrays.copyOf(confidence, predicted), Arrays.copyOf(correct, predicted)),
        seconds > 0 ? predicted / seconds : 0,
        new Latency(percentile(sorted, 0.50), percentile(sorted, 0.99)));
  }

  private static double percentile(double[] sorted, double share) {
    return sorted[(int) Math.ceil(share * sorted.length) - 1];
  }

  /** Of the predictions read so far. */
  record Figures(
      int predicted,
      int duplicated,
      double accuracy,
      double meanCost,
      List<ExitFigures> exits,
      double confidenceLevel,
      double coverage,
      double meanSetSize,
      double ece,
      double eventsPerSecond,
      Latency latencyMillis) {}

  /** From arrival in the job to the prediction, milliseconds. */
  record Latency(double p50, double p99) {}
}
