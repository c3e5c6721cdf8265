package dev.offramp.fit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.fit.data.Hash;
import dev.offramp.fit.data.Tokens;
import dev.offramp.fit.graph.Cuts;
import dev.offramp.fit.graph.ExitChoice;
import dev.offramp.fit.graph.MiniLm;
import dev.offramp.fit.graph.Stages;
import dev.offramp.fit.graph.WholeBackbone;
import dev.offramp.fit.learn.Head;
import dev.offramp.fit.learn.Learned;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.Engine;
import dev.offramp.runtime.Gate;
import dev.offramp.runtime.Intake;
import dev.offramp.runtime.Manifest.Calibration;
import dev.offramp.runtime.Manifest.ExitCalibration;
import dev.offramp.runtime.Manifest.Expected;
import dev.offramp.runtime.Manifest.Group;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Manifest.Provenance;
import dev.offramp.runtime.Manifest.Raps;
import dev.offramp.runtime.Manifest.Rule;
import dev.offramp.runtime.Manifest.TextInput;
import dev.offramp.runtime.Measure;
import dev.offramp.runtime.Outcome;
import dev.offramp.runtime.Scores;
import dev.offramp.runtime.ServingOptions;
import dev.offramp.runtime.Ticker;
import dev.offramp.schemas.Event;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The stages of a real encoder, served in batches whose survivors are gathered anew after every
 * exit, compute what the encoder computes for each text by itself.
 */
class RegroupedStagesTest {
  private static final int TEXTS = 1000;
  private static final int MAX_TOKENS = 96;
  private static final double TOLERANCE = 1e-4;

  @TempDir Path folder;

  @Test
  void survivorsOfMixedBatchesEqualTheWholeBackboneAlone() throws Exception {
    Cuts cuts = MiniLm.cuts();
    Stages stages = new Stages(cuts, new ExitChoice(cuts).byRepetition());
    Path tokenizer = MiniLm.tokenizer(folder);
    List<String> texts = texts(new Random(11));
    float[][][] alone = alone(stages, Tokens.of(tokenizer, MAX_TOKENS, texts));
    Bundle bundle = bundle(stages, tokenizer, thresholds(alone));
    List<Served> left = serve(bundle, texts);
    assertThat(left).hasSize(TEXTS);
    int[] leavers = new int[stages.exits().size()];
    double worst = 0;
    for (Served one : left) {
      leavers[one.exit]++;
      float[] expected = alone[one.text][one.exit];
      for (int c = 0; c < expected.length; c++) {
        worst = Math.max(worst, Math.abs(expected[c] - one.pooled[c]));
      }
    }
    assertThat(Arrays.stream(leavers).filter(n -> n > TEXTS / 50).count())
        .as(
            "events leave at every exit, so that batches are regrouped: %s",
            Arrays.toString(leavers))
        .isEqualTo(leavers.length);
    assertThat(worst).isLessThan(TOLERANCE);
  }

  /** Where a text left, and with what. */
  private record Served(int text, int exit, float[] pooled) {}

  /** Texts of 3 to 96 tokens. */
  private static List<String> texts(Random random) {
    String[] words = {
      "a", "bank", "card", "payment", "travel", "weather", "storm", "river", "music", "engine",
      "of", "the"
    };
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < TEXTS; i++) {
      int length = 1 + (int) (random.nextDouble() * random.nextDouble() * 110);
      texts.add(
          IntStream.range(0, length)
              .mapToObj(w -> words[random.nextInt(words.length)])
              .reduce((x, y) -> x + " " + y)
              .orElseThrow());
    }
    return texts;
  }

  private static List<Served> serve(Bundle bundle, List<String> texts) throws Exception {
    List<Served> left = new ArrayList<>();
    ServingOptions options = new ServingOptions("p", 0.9, null, null);
    try (Intake intake = Intake.open(bundle);
        Engine engine =
            new Engine(
                bundle,
                0,
                bundle.manifest().exits(),
                Device.CPU,
                options,
                Ticker.system(),
                o -> left.add(served((Outcome.Left) o)))) {
      for (int i = 0; i < texts.size(); i++) {
        engine.admit(intake.accept(new Event("e", texts.get(i), null, null), i, 0));
      }
      while (engine.step(false)) {
        // All of them.
      }
    }
    return left;
  }

  /** The pooled hidden states of each text by itself, [texts][exits][width]. */
  private static float[][][] alone(Stages stages, List<long[]> ids) throws Exception {
    float[][][] alone = new float[ids.size()][][];
    try (WholeBackbone whole = new WholeBackbone(stages)) {
      for (int i = 0; i < alone.length; i++) {
        alone[i] = whole.pooled(ids.get(i));
      }
    }
    return alone;
  }

  /** Of the largest probability, so that a fifth of those who reach an exit leave there. */
  private static double[] thresholds(float[][][] alone) {
    double[] thresholds = new double[alone[0].length - 1];
    List<float[][]> inside = List.of(alone);
    for (int k = 0; k < thresholds.length; k++) {
      int exit = k;
      double[] sorted = inside.stream().mapToDouble(t -> surest(t[exit])).sorted().toArray();
      double threshold = sorted[sorted.length * 4 / 5];
      thresholds[k] = threshold;
      inside = inside.stream().filter(t -> surest(t[exit]) < threshold).toList();
    }
    return thresholds;
  }

  private static double surest(float[] logits) {
    float[] p = logits.clone();
    Scores.softmax(p);
    return p[Scores.argmax(p)];
  }

  /** The logits of a head that lets the pooled hidden state through are that state. */
  private static Served served(Outcome.Left left) {
    int exit = left.prediction().getExit().getIndex();
    float[] logits = left.event().state().logits();
    return new Served(
        (Integer) left.context(),
        exit,
        Arrays.copyOfRange(logits, exit * MiniLm.WIDTH, (exit + 1) * MiniLm.WIDTH));
  }

  private Bundle bundle(Stages stages, Path tokenizer, double[] thresholds) throws Exception {
    int exits = stages.exits().size();
    List<Head> heads = IntStream.range(0, exits).mapToObj(RegroupedStagesTest::through).toList();
    List<float[]> stacking = new ArrayList<>();
    List<ExitCalibration> calibration = new ArrayList<>();
    double[] costs = new double[exits];
    for (int k = 0; k < exits; k++) {
      float[] own = new float[k + 1];
      own[k] = 1;
      stacking.add(own);
      Group group = new Group("e" + k, 1, 100, List.of(0.5), List.of(0.5));
      calibration.add(new ExitCalibration(group, group));
      costs[k] = k / (exits - 1.0);
    }
    List<Gate> gates = new ArrayList<>();
    for (double threshold : thresholds) {
      gates.add(new Gate.Threshold(Measure.MAX_PROBABILITY, threshold));
    }
    Expected expected = new Expected(1, 0.5, Collections.nCopies(exits, 1.0 / exits));
    List<String> labels = IntStream.range(0, MiniLm.WIDTH).mapToObj(c -> "c" + c).toList();
    OperatingPoint point =
        new OperatingPoint(
            "p",
            null,
            Rule.INDEPENDENT,
            gates,
            expected,
            new Calibration(
                calibration,
                List.of(Collections.nCopies(labels.size(), 0.5)),
                List.of(0.5),
                new Raps(0.01, 1)));
    BundleFolder.Content content =
        new BundleFolder.Content(
            "through",
            labels,
            new TextInput("tokenizer.json", Hash.of(tokenizer), MAX_TOKENS),
            tokenizer,
            stages.write(heads),
            costs,
            new Learned(heads, stacking, null, List.of(0.9), List.of(point), "p"),
            true,
            new Provenance("minilm", "0", null, "none", "0", "by hand", 0, Map.of(), "0"));
    BundleFolder.at(folder.resolve("bundle")).write(content, bundle -> content);
    return Bundle.open(folder.resolve("bundle"));
  }

  /** relu(z) - relu(-z) = z: a head whose logits are its pooled features. */
  private static Head through(int exit) {
    int width = MiniLm.WIDTH;
    int inputs = exit == 0 ? width : 2 * width;
    float[] w1 = new float[inputs * 2 * width];
    float[] w2 = new float[2 * width * width];
    for (int i = 0; i < width; i++) {
      w1[i * 2 * width + i] = 1;
      w1[i * 2 * width + width + i] = -1;
      w2[i * width + i] = 1;
      w2[(width + i) * width + i] = -1;
    }
    float[] ones = new float[width];
    Arrays.fill(ones, 1);
    return new Head(new float[width], ones, w1, new float[2 * width], w2, new float[width]);
  }
}
