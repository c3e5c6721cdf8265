package dev.offramp.fit.learn;

import dev.offramp.fit.evaluation.Figures;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How long learning takes at the size of CLINC150 on a twelve-layer encoder, by parts. Run by hand:
 * a main, no test.
 */
final class LearnerBenchmark {
  private static final int EXITS = 13;
  private static final int WIDTH = 384;
  private static final int CLASSES = 150;

  private LearnerBenchmark() {}

  public static void main(String[] args) {
    int n = args.length > 0 ? Integer.parseInt(args[0]) : 15_000;
    double[] separation = new double[EXITS];
    Arrays.setAll(separation, l -> 4.5 + 0.25 * l);
    double[] costs = new double[EXITS];
    Arrays.setAll(costs, l -> l / (EXITS - 1.0));
    MadeUpFeatures train = new MadeUpFeatures(n, WIDTH, CLASSES, separation, 1, 2);
    MadeUpFeatures validation = new MadeUpFeatures(1500, WIDTH, CLASSES, separation, 1, 3);
    MadeUpFeatures calibration = new MadeUpFeatures(1500, WIDTH, CLASSES, separation, 1, 4);
    MadeUpFeatures test = new MadeUpFeatures(3000, WIDTH, CLASSES, separation, 1, 5);
    Map<String, Long> ends = new LinkedHashMap<>();
    long start = System.nanoTime();
    Learned learned =
        Learner.learn(
            new Split(train, train.labels),
            new Split(validation, validation.labels),
            new Split(calibration, calibration.labels),
            costs,
            CLASSES,
            Recipe.standard(),
            (task, done, total) -> ends.put(task, System.nanoTime()));
    long before = start;
    for (var e : ends.entrySet()) {
      System.out.printf("%-20s %6.1f s%n", e.getKey(), (e.getValue() - before) / 1e9);
      before = e.getValue();
    }
    System.out.printf("%-20s %6.1f s%n", "all", (System.nanoTime() - start) / 1e9);
    var manifest =
        Draft.manifest(
            CLASSES,
            costs,
            learned.stacking(),
            learned.levels(),
            learned.points(),
            learned.defaultPoint());
    float[][] logits = Heads.logits(learned.heads(), test);
    for (var p : learned.points()) {
      Figures f = Figures.of(manifest, p, logits, test.labels, 0.95, new float[0][]);
      System.out.printf(
          "%s lambda %s: %.4f (expected %.4f) at %.3f (%.3f), ece %.4f, coverage %.3f, size %.2f%n",
          p.name(),
          p.lambda(),
          f.accuracy(),
          p.expected().accuracy(),
          f.meanCost(),
          p.expected().cost(),
          f.ece(),
          f.coverage(),
          f.meanSetSize());
    }
    System.out.println("default " + learned.defaultPoint());
  }
}
