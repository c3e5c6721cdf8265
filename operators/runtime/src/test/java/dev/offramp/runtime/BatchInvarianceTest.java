package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.schemas.Event;
import dev.offramp.schemas.LabelProbability;
import dev.offramp.schemas.Prediction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** An event's prediction doesn't depend on what shares its batches. */
class BatchInvarianceTest {
  private static Path folder;
  private static Bundle bundle;
  private static Intake intake;
  private static final Map<String, Prediction> ALONE = new HashMap<>();

  @BeforeContainer
  static void open() throws IOException {
    folder = Files.createTempDirectory("tiny-bundle");
    TinyBundle.writeText(folder);
    bundle = Bundle.open(folder);
    intake = Intake.open(bundle);
  }

  @AfterContainer
  static void close() throws IOException {
    intake.close();
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  @Property(tries = 60)
  void randomCompanyChangesNothing(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 120) int count) throws Exception {
    Random random = new Random(seed);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(TinyBundle.text(random));
    }
    Map<String, Prediction> together = new HashMap<>();
    List<String> order = new ArrayList<>(texts);
    Collections.shuffle(order, random);
    try (Engine engine = engine(together)) {
      for (String text : order) {
        engine.admit(intake.accept(new Event(text, text, null, null), text, 0));
        // Sometimes a batch runs before the next arrives, so that batches of every size meet.
        if (random.nextInt(5) == 0) {
          engine.step(random.nextBoolean());
        }
      }
      while (engine.step(false)) {
        // Until all are out.
      }
      assertThat(engine.waiting()).isZero();
    }
    assertThat(together.keySet()).isEqualTo(new HashSet<>(texts));
    for (String text : texts) {
      Prediction alone = alone(text);
      Prediction other = together.get(text);
      assertThat(other.getExit()).isEqualTo(alone.getExit());
      assertThat(other.getLabel()).isEqualTo(alone.getLabel());
      Map<String, Double> expected = probabilities(alone);
      probabilities(other)
          .forEach((label, p) -> assertThat(p).isCloseTo(expected.get(label), within(1e-4)));
    }
  }

  private static Prediction alone(String text) {
    return ALONE.computeIfAbsent(
        text,
        t -> {
          Map<String, Prediction> result = new HashMap<>();
          try (Engine engine = engine(result)) {
            engine.admit(intake.accept(new Event(t, t, null, null), t, 0));
            while (engine.step(false)) {
              // One stage after the other.
            }
          } catch (RejectedEventException e) {
            throw new AssertionError(e);
          }
          return result.get(t);
        });
  }

  private static Engine engine(Map<String, Prediction> results) {
    return new Engine(
        bundle,
        0,
        TinyBundle.STAGES,
        Device.CPU,
        ServingOptions.DEFAULT,
        () -> 0,
        o -> results.put((String) o.context(), ((Outcome.Left) o).prediction()));
  }

  private static Map<String, Double> probabilities(Prediction p) {
    return p.getTopLabels().stream()
        .collect(Collectors.toMap(LabelProbability::getLabel, LabelProbability::getProbability));
  }
}
