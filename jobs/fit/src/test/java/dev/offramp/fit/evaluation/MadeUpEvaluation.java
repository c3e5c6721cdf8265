package dev.offramp.fit.evaluation;

import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Example;
import dev.offramp.runtime.Gate;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.Calibration;
import dev.offramp.runtime.Manifest.ExitCalibration;
import dev.offramp.runtime.Manifest.Expected;
import dev.offramp.runtime.Manifest.Group;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Manifest.Raps;
import dev.offramp.runtime.Manifest.Rule;
import dev.offramp.runtime.Manifest.Stage;
import dev.offramp.runtime.Measure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Evaluations without a network: three exits, three labels, logits given. */
public final class MadeUpEvaluation {
  /** A label that would be markup if it weren't escaped. */
  public static final String RUDE_LABEL = "<b>& \"c\"";

  /** A text that would be a script, with a character that XML can't hold. */
  public static final String RUDE_TEXT = "<script>alert('1')</script> \u0000 & more";

  private static final List<String> LABELS = List.of("a", "b", RUDE_LABEL);

  private MadeUpEvaluation() {}

  static Manifest manifest() {
    return new Manifest(
        Manifest.FORMAT_VERSION,
        "0123456789abcdef",
        "three exits on " + RUDE_LABEL,
        LABELS,
        null,
        List.of(stage(0.25), stage(0.5), stage(1)),
        List.of(new float[] {1}, new float[] {0, 1}, new float[] {0, 0, 1}),
        null,
        List.of(0.8, 0.9, 0.95),
        List.of(
            point("p1", new Gate.Threshold(Measure.MAX_PROBABILITY, 0.8)),
            point("full", new Gate.Shut())),
        "p1",
        true,
        null);
  }

  private static Stage stage(double cost) {
    return new Stage("", "", 0, cost, List.of(), List.of(), "logits");
  }

  private static OperatingPoint point(String name, Gate gate) {
    List<Double> thresholds = Arrays.asList(0.35, 0.6, null);
    List<ExitCalibration> calibration = new ArrayList<>();
    for (int k = 0; k < 3; k++) {
      Group group = new Group("e" + k, 1, 100 + k, thresholds, thresholds);
      calibration.add(new ExitCalibration(group, group));
    }
    return new OperatingPoint(
        name,
        null,
        Rule.INDEPENDENT,
        List.of(gate, gate),
        new Expected(0.75, 0.5, List.of(0.4, 0.3, 0.3)),
        new Calibration(
            calibration,
            thresholds.stream().map(t -> Collections.nCopies(LABELS.size(), t)).toList(),
            thresholds,
            new Raps(0.01, 1)));
  }

  /** Logits that give a label a probability at each exit; the other two share the rest. */
  static float[] logits(int label, double... probabilities) {
    float[] logits = new float[9];
    for (int exit = 0; exit < 3; exit++) {
      double p = probabilities[exit];
      logits[exit * 3 + label] = (float) Math.log(p / ((1 - p) / 2));
    }
    return logits;
  }

  /**
   * An evaluation in full.
   *
   * @param labels the truth of each
   */
  static Evaluation of(float[][] logits, int[] labels, float[][] strangers) {
    List<Example> test =
        IntStream.range(0, labels.length)
            .mapToObj(i -> new Example(i == 0 ? RUDE_TEXT : "text " + i, labels[i]))
            .toList();
    List<Example> outside =
        IntStream.range(0, strangers.length)
            .mapToObj(i -> new Example("stranger " + i, Example.OUT_OF_SCOPE))
            .toList();
    Dataset data = new Dataset("made-up", LABELS, List.of(), List.of(), List.of(), test, outside);
    return Evaluation.of(manifest(), data, logits, strangers, "p1", 0.9, true);
  }

  /**
   * An evaluation in full of examples made by chance; the first is wrong and sure of it.
   *
   * @param strangers how many examples no label fits
   */
  public static Evaluation random(int examples, int strangers) {
    SplittableRandom random = new SplittableRandom(3);
    float[][] logits = new float[examples][];
    int[] labels = new int[examples];
    logits[0] = logits(0, 0.999, 0.999, 0.999);
    labels[0] = 2;
    for (int i = 1; i < examples; i++) {
      int seen = random.nextInt(3);
      double p = 0.4 + 0.59 * random.nextDouble();
      logits[i] = logits(seen, p, p + (1 - p) / 4, p + (1 - p) / 2);
      labels[i] = random.nextDouble() < p ? seen : (seen + 1) % 3;
    }
    float[][] outside = new float[strangers][];
    for (int i = 0; i < strangers; i++) {
      double p = 0.35 + 0.4 * random.nextDouble();
      outside[i] = logits(random.nextInt(3), p, p, p);
    }
    return of(logits, labels, outside);
  }

  /** An evaluation in short. */
  public static Evaluation inShort() {
    Dataset data =
        new Dataset(
            "made-up",
            LABELS,
            List.of(),
            List.of(),
            List.of(),
            List.of(new Example("text", 0)),
            List.of());
    float[][] logits = {logits(0, 0.9, 0.9, 0.9)};
    return Evaluation.of(manifest(), data, logits, new float[0][], "p1", 0.9, false);
  }
}
