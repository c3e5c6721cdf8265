package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.runtime.Manifest.TextInput;
import dev.offramp.schemas.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bundles that allow no padding. */
class EqualLengthsTest {
  @TempDir Path folder;

  /** A bundle that reads text, with another input. */
  private Bundle bundle(TextInput input) throws IOException {
    Manifest m = TinyBundle.writeText(folder);
    ManifestFile.write(
        new Manifest(
            m.formatVersion(),
            "",
            m.name(),
            m.labels(),
            input,
            m.stages(),
            m.stacking(),
            m.foresight(),
            m.levels(),
            m.points(),
            m.defaultPoint(),
            m.batchInvariant(),
            m.provenance()),
        folder);
    return Bundle.open(folder);
  }

  private TextInput plain() throws IOException {
    return (TextInput) TinyBundle.writeText(folder).input();
  }

  @Test
  void manifestOfABundleWithoutTheseRulesIsWrittenAsBefore() throws IOException {
    Manifest m = TinyBundle.writeText(folder);

    assertThat(Files.readString(folder.resolve(ManifestFile.NAME)))
        .contains("maxTokens")
        .doesNotContain("padId", "equalLengths", "tokenIds");
    TextInput text = (TextInput) Bundle.open(folder).manifest().input();
    assertThat(text.padId()).isZero();
    assertThat(text.equalLengths()).isFalse();
    assertThat(text.tokenIds()).isZero();
    TextInput other = new TextInput(text.tokenizer(), text.sha256(), text.maxTokens(), 3, true, 40);
    Manifest changed = bundle(other).manifest();
    assertThat(changed.input()).isEqualTo(other);
    assertThat(changed.id()).isNotEqualTo(m.id());
  }

  @Test
  void negativeIdOfPaddingIsRefused() throws IOException {
    TextInput text = plain();
    TextInput wrong = new TextInput(text.tokenizer(), text.sha256(), 16, -1, false, 0);

    assertThatThrownBy(() -> bundle(wrong))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("input.padId must be 0 or more: -1");
  }

  @Test
  void stageRefusesABatchOfOtherLengths() throws Exception {
    Bundle bundle = bundle(plain().withEqualLengths());
    try (Intake intake = Intake.open(bundle);
        StageRunner stage = new StageRunner(bundle, 0, Device.CPU)) {
      InFlight two = intake.accept(new Event("a", "w1 w2", null, null), null, 0);
      InFlight three = intake.accept(new Event("b", "w1 w2 w3", null, null), null, 0);
      stage.run(List.of(two, two));

      assertThatThrownBy(() -> stage.run(List.of(two, three)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith(
              "needs batches of texts of equal length; this one has [2, 3] tokens");
    }
  }

  @ParameterizedTest
  @EnumSource
  void engineMakesBatchesOfEqualLengthInEveryWayOfBatching(Batching batching) throws Exception {
    Bundle bundle = bundle(plain().withEqualLengths());
    List<Outcome> outcomes = new ArrayList<>();
    ServingOptions plain = ServingOptions.DEFAULT;
    ServingOptions options =
        new ServingOptions(
            plain.point(),
            plain.predictionSet(),
            plain.confidenceLevel(),
            plain.budget(),
            plain.batchWait(),
            batching,
            plain.load());
    Random random = new Random(3);
    try (Intake intake = Intake.open(bundle);
        Engine engine =
            new Engine(bundle, 0, TinyBundle.STAGES, Device.CPU, options, () -> 0, outcomes::add)) {
      for (int i = 0; i < 400; i++) {
        String text = TinyBundle.text(random);
        engine.admit(intake.accept(new Event("e" + i, text, null, null), i, 0));
        if (random.nextInt(20) == 0) {
          engine.step(random.nextBoolean());
        }
      }
      while (engine.step(false)) {
        // Until all are out; a batch that needs padding would throw.
      }
    }
    assertThat(outcomes).hasSize(400).allMatch(o -> o instanceof Outcome.Left);
  }

  @Property(tries = 200)
  void queueGivesEachEventOnceInBatchesOfOneLength(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int count) {
    Random random = new Random(seed);
    CostCurve curve = new CostCurve(new double[] {1, 64, 6400}, new double[] {1e3, 1e3, 1e5});
    EqualLengthQueue queue = new EqualLengthQueue(curve, 1 + random.nextInt(8));
    Set<InFlight> waiting = new HashSet<>();
    for (int i = 0; i < count; i++) {
      InFlight event =
          new InFlight(
              null, "e", new int[1 + random.nextInt(9)], null, false, 0, -1, new ExitState(1, 2));
      event.latestMicros = i;
      queue.add(event);
      waiting.add(event);
      if (random.nextInt(4) == 0) {
        InFlight urgent = queue.mostUrgent();
        boolean hurry = random.nextBoolean();
        List<InFlight> batch = hurry ? queue.with(urgent, random.nextInt(2000)) : queue.best();
        taken(batch, waiting);
        assertThat(hurry && !batch.contains(urgent)).isFalse();
      }
      assertThat(queue.size()).isEqualTo(waiting.size());
      assertThat(queue.tokens()).isEqualTo(waiting.stream().mapToInt(InFlight::length).sum());
      assertThat(queue.worth()).isBetween(0.0, 1.0).matches(w -> w > 0 == !waiting.isEmpty());
    }
    while (queue.size() > 0) {
      taken(queue.best(), waiting);
    }
    assertThat(waiting).isEmpty();
    assertThat(queue.best()).isEmpty();
    assertThat(queue.mostUrgent()).isNull();
  }

  private static void taken(List<InFlight> batch, Set<InFlight> waiting) {
    assertThat(batch).isNotEmpty().allMatch(e -> e.length() == batch.get(0).length());
    assertThat(waiting).containsAll(batch);
    batch.forEach(waiting::remove);
  }
}
