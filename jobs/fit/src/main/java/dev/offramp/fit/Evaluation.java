package dev.offramp.fit;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.work.Progress;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.OperatingPoint;
import java.util.ArrayList;
import java.util.List;

/**
 * How good a bundle is on labelled examples that nothing was learned on: at one operating point in
 * full, and at each of the others in short.
 *
 * @param bundle its id
 * @param data the data's name
 * @param examples how many were judged
 * @param point the operating point that the figures are for
 * @param figures accuracy, cost, exits, calibration at that point
 * @param points every operating point, cheapest first
 */
public record Evaluation(
    String bundle,
    String data,
    int examples,
    String point,
    @JsonUnwrapped Figures figures,
    List<PointFigures> points) {

  /**
   * An operating point in short.
   *
   * @param name of the point
   * @param lambda that it was learned for; null if none
   * @param accuracy share of right labels
   * @param meanCost mean share of the network's multiply-adds
   * @param ece expected calibration error at the exit taken
   * @param coverage how often the prediction set held the label
   * @param meanSetSize labels in a set
   */
  public record PointFigures(
      String name,
      Double lambda,
      double accuracy,
      double meanCost,
      double ece,
      double coverage,
      double meanSetSize) {}

  /**
   * Judges a bundle on the test split of a data set, by the code that serves.
   *
   * @param point name of the operating point; null: the bundle's default
   * @param level confidence level of the prediction sets
   * @throws IllegalArgumentException the labels aren't the bundle's, or it has no such point or
   *     level
   */
  public static Evaluation of(
      Bundle bundle, Device device, Dataset data, String point, double level, Progress progress) {
    Manifest manifest = bundle.manifest();
    List<Integer> translated = labels(manifest, data);
    float[][] logits = BundleLogits.of(bundle, device, data.test(), progress);
    float[][] strangers = BundleLogits.of(bundle, device, data.outOfScope(), progress);
    int[] labels = data.test().stream().mapToInt(e -> translated.get(e.label())).toArray();
    OperatingPoint judged = manifest.point(point == null ? manifest.defaultPoint() : point);
    Figures figures = null;
    List<PointFigures> points = new ArrayList<>();
    for (OperatingPoint p : manifest.points()) {
      boolean asked = p.equals(judged);
      Figures f =
          Figures.of(manifest, p, logits, labels, level, asked ? strangers : new float[0][]);
      figures = asked ? f : figures;
      points.add(
          new PointFigures(
              p.name(),
              p.lambda(),
              f.accuracy(),
              f.meanCost(),
              f.ece(),
              f.coverage(),
              f.meanSetSize()));
    }
    return new Evaluation(
        manifest.id(), data.name(), labels.length, judged.name(), figures, List.copyOf(points));
  }

  /** Where the data's labels stand among the bundle's. */
  private static List<Integer> labels(Manifest manifest, Dataset data) {
    List<Integer> translated = new ArrayList<>();
    for (String label : data.labels()) {
      int at = manifest.labels().indexOf(label);
      if (at < 0) {
        throw new IllegalArgumentException(
            "the data %s has the label '%s', which bundle %s was not learned for"
                .formatted(data.name(), label, manifest.id()));
      }
      translated.add(at);
    }
    return translated;
  }
}
