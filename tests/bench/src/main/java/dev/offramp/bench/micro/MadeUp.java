package dev.offramp.bench.micro;

import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Foresight;
import dev.offramp.runtime.Gate;
import dev.offramp.runtime.InFlight;
import dev.offramp.runtime.Intake;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.Expected;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Manifest.Rule;
import dev.offramp.runtime.Manifest.Stage;
import dev.offramp.runtime.Measures;
import dev.offramp.runtime.RejectedEventException;
import dev.offramp.schemas.Event;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** What benchmarks work on, by chance from a seed. */
final class MadeUp {
  /** As many exits as a learned network of twelve layers has. */
  static final int EXITS = 8;

  private static final int HIDDEN = 16;
  private static final int LONGEST = 24;

  private MadeUp() {}

  static float[] floats(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** A network of which the exits alone are there, with the same gate at each. */
  static Manifest manifest(int classes, Gate gate) {
    Random random = new Random(2);
    List<Stage> stages = new ArrayList<>();
    List<float[]> stacking = new ArrayList<>();
    List<Foresight> foresight = new ArrayList<>();
    for (int k = 0; k < EXITS; k++) {
      double cost = (k + 1.0) / EXITS;
      stages.add(new Stage("stage-" + k, "", 1, cost, List.of(), List.of(), "logits"));
      stacking.add(floats(random, k + 1));
      int ahead = EXITS - k;
      foresight.add(
          new Foresight(
              floats(random, Measures.COUNT * HIDDEN),
              floats(random, HIDDEN),
              floats(random, HIDDEN * ahead),
              floats(random, ahead),
              floats(random, ahead)));
    }
    List<Double> shares = Collections.nCopies(EXITS, 1.0 / EXITS);
    OperatingPoint point =
        new OperatingPoint(
            "p1",
            null,
            Rule.INDEPENDENT,
            Collections.nCopies(EXITS - 1, gate),
            new Expected(.9, .5, shares),
            null);
    return new Manifest(
        Manifest.FORMAT_VERSION,
        "made-up",
        "made-up",
        IntStream.range(0, classes).mapToObj(c -> "label " + c).toList(),
        null,
        stages,
        stacking,
        foresight,
        List.of(.95),
        List.of(point),
        "p1",
        true,
        null);
  }

  /** The bundle of a folder that a benchmark is told of. */
  static Bundle bundle(String folder) {
    if (folder.isEmpty()) {
      throw new IllegalArgumentException("this benchmark needs a bundle: give its folder");
    }
    return Bundle.open(Path.of(folder));
  }

  /** Events of one word to {@value #LONGEST}, due for stage 0. */
  static List<InFlight> events(Intake intake, int count) {
    Random random = new Random(3);
    List<InFlight> events = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        String text = "a ".repeat(1 + random.nextInt(LONGEST));
        events.add(intake.accept(new Event("event-" + i, text, null, null), null, 0));
      }
    } catch (RejectedEventException e) {
      throw new IllegalArgumentException("the bundle must read texts: " + e.getMessage(), e);
    }
    return events;
  }
}
