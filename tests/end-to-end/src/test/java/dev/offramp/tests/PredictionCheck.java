package dev.offramp.tests;

import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.schemas.Exit;
import dev.offramp.schemas.ExitReason;
import dev.offramp.schemas.LabelProbability;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.PredictionSetKind;
import dev.offramp.schemas.SetCalibration;
import dev.offramp.schemas.Timing;
import dev.offramp.schemas.Uncertainty;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Whether each field of a prediction holds what its contract allows, for a job without a latency
 * budget at confidence level 0.95.
 */
final class PredictionCheck {
  private static final double LEVEL = 0.95;
  private static final double ROUNDING = 1e-6;

  private final Map<String, Manifest> bundles;
  private final Instant begun;

  /**
   * @param bundles those that can have served
   * @param begun before the first event arrived
   */
  PredictionCheck(List<Manifest> bundles, Instant begun) {
    this.bundles = bundles.stream().collect(Collectors.toMap(Manifest::id, m -> m));
    this.begun = begun;
  }

  /** What is wrong with it; empty: nothing. */
  List<String> faults(Prediction p) {
    List<String> faults = new ArrayList<>();
    Manifest bundle = bundles.get(p.getModel().getBundle());
    if (bundle == null) {
      return List.of("bundle " + p.getModel().getBundle());
    }
    List<LabelProbability> top = p.getTopLabels();
    must(bundle.labels().contains(p.getLabel()), "label " + p.getLabel(), faults);
    must(share(p.getProbability()), "probability " + p.getProbability(), faults);
    must(
        !top.isEmpty()
            && top.size() <= 5
            && top.get(0).getLabel().equals(p.getLabel())
            && top.get(0).getProbability() == p.getProbability()
            && bundle.labels().containsAll(top.stream().map(LabelProbability::getLabel).toList())
            && top.stream().mapToDouble(LabelProbability::getProbability).sum() <= 1 + ROUNDING
            && descending(top),
        "topLabels " + top,
        faults);
    uncertainty(p.getUncertainty(), bundle, faults);
    exit(p, bundle, faults);
    timing(p.getTiming(), faults);
    must(!p.getTruncated(), "truncated", faults);
    return faults;
  }

  private static void uncertainty(Uncertainty u, Manifest bundle, List<String> faults) {
    must(
        u.getEntropyNats() >= 0
            && u.getEntropyNats() <= Math.log(bundle.labels().size()) + ROUNDING,
        "entropyNats " + u.getEntropyNats(),
        faults);
    must(share(u.getMargin()), "margin " + u.getMargin(), faults);
    must(
        u.getGateProbability() == null || share(u.getGateProbability()),
        "gateProbability " + u.getGateProbability(),
        faults);
    must(
        bundle.labels().containsAll(u.getPredictionSet())
            && new HashSet<>(u.getPredictionSet()).size() == u.getPredictionSet().size(),
        "predictionSet " + u.getPredictionSet(),
        faults);
    must(u.getSetKind() == PredictionSetKind.LAC, "setKind " + u.getSetKind(), faults);
    must(u.getConfidenceLevel() == LEVEL, "confidenceLevel " + u.getConfidenceLevel(), faults);
    must(
        u.getSetCalibration() == SetCalibration.SPLIT,
        "setCalibration " + u.getSetCalibration(),
        faults);
    must(share(u.getOutOfScopeScore()), "outOfScopeScore " + u.getOutOfScopeScore(), faults);
    must(u.getOutOfScope() != null, "outOfScope null", faults);
  }

  private static void exit(Prediction p, Manifest bundle, List<String> faults) {
    Exit exit = p.getExit();
    int stages = bundle.stages().size();
    boolean known = exit.getOf() == stages && exit.getIndex() >= 0 && exit.getIndex() < stages;
    must(known, "exit " + exit, faults);
    boolean deepest = exit.getIndex() == stages - 1;
    must(
        exit.getReason() == (deepest ? ExitReason.FINAL : ExitReason.GATE),
        "exit reason " + exit,
        faults);
    must(
        known && p.getCost() == bundle.stages().get(exit.getIndex()).cost(),
        "cost " + p.getCost(),
        faults);
    String point = p.getModel().getPoint();
    must(
        bundle.points().stream().map(OperatingPoint::name).anyMatch(point::equals),
        "point " + point,
        faults);
    must(
        known && p.getModel().getCalibration().equals("e" + exit.getIndex()),
        "calibration " + p.getModel().getCalibration(),
        faults);
  }

  private void timing(Timing t, List<String> faults) {
    must(
        !t.getArrivedAt().isBefore(begun)
            && !t.getEmittedAt().isBefore(t.getArrivedAt())
            && !t.getEmittedAt().isAfter(Instant.now())
            && t.getBudgetMillis() == null
            && !t.getLate(),
        "timing " + t,
        faults);
  }

  private static boolean descending(List<LabelProbability> top) {
    for (int i = 0; i < top.size(); i++) {
      double before = i == 0 ? 1 : top.get(i - 1).getProbability();
      if (!share(top.get(i).getProbability()) || top.get(i).getProbability() > before + ROUNDING) {
        return false;
      }
    }
    return true;
  }

  private static boolean share(double value) {
    return value >= 0 && value <= 1 + ROUNDING;
  }

  private static void must(boolean holds, String what, List<String> faults) {
    if (!holds) {
      faults.add(what);
    }
  }
}
