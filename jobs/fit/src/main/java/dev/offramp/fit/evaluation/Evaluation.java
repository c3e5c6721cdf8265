package dev.offramp.fit.evaluation;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Example;
import dev.offramp.fit.work.Progress;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.OperatingPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

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
 * @param details what a report shows beside; null if they weren't asked for
 */
public record Evaluation(
    String bundle,
    String data,
    int examples,
    String point,
    @JsonUnwrapped Figures figures,
    List<PointFigures> points,
    @JsonUnwrapped Details details) {

  private static final int SHOWN = 8;

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
   * @param expectedAccuracy what held-out examples gave when the bundle was learned
   * @param expectedCost likewise
   */
  public record PointFigures(
      String name,
      Double lambda,
      double accuracy,
      double meanCost,
      double ece,
      double coverage,
      double meanSetSize,
      double expectedAccuracy,
      double expectedCost) {

    private static PointFigures of(OperatingPoint p, Figures f) {
      return new PointFigures(
          p.name(),
          p.lambda(),
          f.accuracy(),
          f.meanCost(),
          f.ece(),
          f.coverage(),
          f.meanSetSize(),
          p.expected().accuracy(),
          p.expected().cost());
    }
  }

  /**
   * Judges a bundle on the test split of a data set, by the code that serves.
   *
   * @param point name of the operating point; null: the bundle's default
   * @param level confidence level of the prediction sets
   * @throws IllegalArgumentException there are no test examples, the labels aren't the bundle's, or
   *     it has no such point or level
   */
  public static Evaluation of(
      Bundle bundle, Device device, Dataset data, String point, double level, Progress progress) {
    return judge(bundle, device, data, point, level, progress, false);
  }

  /** As {@link #of}, with all that a report shows. */
  public static Evaluation inFull(
      Bundle bundle, Device device, Dataset data, String point, double level, Progress progress) {
    return judge(bundle, device, data, point, level, progress, true);
  }

  private static Evaluation judge(
      Bundle bundle,
      Device device,
      Dataset data,
      String point,
      double level,
      Progress progress,
      boolean inFull) {
    Manifest manifest = bundle.manifest();
    // What is asked for is checked before the network runs.
    String asked = manifest.pointOrDefault(point).name();
    manifest.level(level);
    if (data.test().isEmpty()) {
      throw new IllegalArgumentException(
          "the data %s has no test examples to judge on: add examples, a file test, or rows with the split test"
              .formatted(data.name()));
    }
    labels(manifest, data);
    float[][] logits = BundleLogits.of(bundle, device, data.test(), progress);
    float[][] strangers = BundleLogits.of(bundle, device, data.outOfScope(), progress);
    return of(manifest, data, logits, strangers, asked, level, inFull);
  }

  /**
   * Judges by cached logits.
   *
   * @param logits of the test split [examples][exits x classes]
   * @param strangers of the examples out of scope, likewise
   * @param inFull whether details are wanted
   */
  static Evaluation of(
      Manifest manifest,
      Dataset data,
      float[][] logits,
      float[][] strangers,
      String point,
      double level,
      boolean inFull) {
    OperatingPoint asked = manifest.point(point);
    int[] labels = labels(manifest, data);
    Figures figures = null;
    List<PointFigures> points = new ArrayList<>();
    for (OperatingPoint p : manifest.points()) {
      boolean isAsked = p.equals(asked);
      Figures f =
          Figures.of(manifest, p, logits, labels, level, isAsked ? strangers : new float[0][]);
      figures = isAsked ? f : figures;
      points.add(PointFigures.of(p, f));
    }
    Details details =
        inFull
            ? Details.of(
                manifest,
                asked,
                level,
                new Details.Examples(texts(data.test()), logits, labels),
                new Details.Examples(texts(data.outOfScope()), strangers, null))
            : null;
    return new Evaluation(
        manifest.id(), data.name(), labels.length, point, figures, List.copyOf(points), details);
  }

  /** The test examples' labels, as the bundle numbers them. */
  private static int[] labels(Manifest manifest, Dataset data) {
    List<Integer> translated = new ArrayList<>();
    for (String label : data.labels()) {
      int at = manifest.labels().indexOf(label);
      if (at < 0) {
        throw new IllegalArgumentException(
            "the data %s has the label '%s', which bundle %s was not learned for: it knows %s"
                .formatted(data.name(), label, manifest.id(), shown(manifest.labels())));
      }
      translated.add(at);
    }
    return data.test().stream().mapToInt(e -> translated.get(e.label())).toArray();
  }

  private static String shown(List<String> labels) {
    return labels.size() <= SHOWN
        ? labels.toString()
        : "%s and %d more".formatted(labels.subList(0, SHOWN), labels.size() - SHOWN);
  }

  /** Null for tensors. */
  private static List<String> texts(List<Example> examples) {
    return examples.stream().map(Example::text).collect(Collectors.toList());
  }
}
