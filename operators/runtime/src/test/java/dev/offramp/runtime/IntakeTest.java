package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.schemas.Event;
import dev.offramp.schemas.Reason;
import dev.offramp.schemas.TensorInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntakeTest {
  @TempDir Path folder;

  private void refuses(Intake intake, Object input, Long budget, Reason reason, String message) {
    assertThatThrownBy(() -> intake.accept(new Event("e", input, null, budget), null, 0))
        .isInstanceOfSatisfying(
            RejectedEventException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(message);
  }

  private Intake text() throws IOException {
    TinyBundle.writeText(folder);
    Bundle bundle = Bundle.open(folder);
    return new Intake(bundle, 5_000, new Spares(bundle.manifest()));
  }

  @Test
  void badTextIsRefusedWithItsRule() throws Exception {
    try (Intake intake = text()) {
      refuses(intake, "", null, Reason.EMPTY_TEXT, "empty");
      refuses(intake, " \n\u2003", null, Reason.EMPTY_TEXT, "empty");
      refuses(intake, "a\uD83Db", null, Reason.INVALID_UTF8, "character 1");
      refuses(intake, "ab\uDE00", null, Reason.INVALID_UTF8, "character 2");
      refuses(intake, "w1", 0L, Reason.WRONG_BUDGET, "between 1 and");
      refuses(intake, "w1", Long.MAX_VALUE, Reason.WRONG_BUDGET, "between 1 and");
      TensorInput tensor = new TensorInput("signal", List.of(1), List.of(1f));
      refuses(intake, tensor, null, Reason.WRONG_INPUT, "reads text");
    }
  }

  @Test
  void goodTextKeepsItsPairsArrivalAndBudget() throws Exception {
    try (Intake intake = text()) {
      Instant arrival = Instant.parse("2026-01-02T03:04:05.678901Z");
      InFlight own = intake.accept(new Event("e", "w1 \uD83D\uDE00", arrival, 7L), null, 99);
      assertThat(own.tokens).containsExactly(2, 0);
      assertThat(Ticker.instant(own.arrivedMicros)).isEqualTo(arrival);
      assertThat(own.deadlineMicros()).isEqualTo(own.arrivedMicros + 7_000);
      InFlight other = intake.accept(new Event("e", "w1", null, null), null, 99);
      assertThat(other.arrivedMicros).isEqualTo(99);
      assertThat(other.budgetMicros).isEqualTo(5_000);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00A0", "\u0085", "\u202F \u2007"})
  void textOfWhichTheTokenizerMakesNothingIsEmpty(String text) throws Exception {
    try (Intake intake = text()) {
      refuses(intake, text, null, Reason.EMPTY_TEXT, "nothing that the tokenizer");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, Long.MAX_VALUE})
  void arrivalMayBeAnyThatAnEventCanHold(long micros) throws Exception {
    try (Intake intake = text()) {
      Event event = new Event("e", "w1", Ticker.instant(micros), 1_000_000L);
      InFlight accepted = intake.accept(event, null, 0);
      assertThat(accepted.arrivedMicros).isEqualTo(micros);
      assertThat(accepted.deadlineMicros()).isGreaterThanOrEqualTo(micros);
    }
  }

  @Test
  void arrivalThatNoRecordCanHoldIsRefused() throws Exception {
    try (Intake intake = text()) {
      Event event = new Event("e", "w1", Instant.MAX, null);
      assertThatThrownBy(() -> intake.accept(event, null, 0))
          .isInstanceOf(RejectedEventException.class)
          .hasMessageContaining("292,000 years");
    }
  }

  @Test
  void badTensorIsRefusedWithItsRule() throws Exception {
    TinyBundle.writeTensor(folder);
    List<Float> eight = new ArrayList<>(Collections.nCopies(8, 1f));
    try (Intake intake = Intake.open(Bundle.open(folder))) {
      refuses(intake, "text", null, Reason.WRONG_INPUT, "reads a tensor");
      refuses(
          intake,
          new TensorInput("noise", List.of(2, 4), eight),
          null,
          Reason.WRONG_INPUT,
          "noise");
      refuses(
          intake,
          new TensorInput("signal", List.of(4, 2), eight),
          null,
          Reason.WRONG_SHAPE,
          "[4, 2]");
      refuses(
          intake,
          new TensorInput("signal", List.of(2, 4), eight.subList(0, 7)),
          null,
          Reason.WRONG_SHAPE,
          "8 values, not 7");
      for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
        eight.set(5, bad);
        refuses(
            intake,
            new TensorInput("signal", List.of(2, 4), eight),
            null,
            Reason.NOT_FINITE,
            "position 5");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"version\": \"1.0\"}",
        "",
        "[]",
        // The native library ends the JVM on each of these.
        "{\"version\": \"1.0\", \"decoder\": \u0001ll}",
        "{\"version\": \"1.0\", \"decoder\": {\"type\": ",
        "{\"version\": \"1.0\", \"decoder\": 1e999}",
        "{\"version\": \"1.0\", \"decoder\": \"\\ud800\"}",
        "{\"version\": \"1.0\"} {"
      })
  void tokenizerThatIsNoneIsNamed(String content) throws IOException {
    Bundle bundle = withTokenizer(content);
    assertThatThrownBy(() -> Intake.open(bundle))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("tokenizer.json is no tokenizer");
  }

  @Test
  void tokenizerThatNestsWithoutEndIsNamed() throws IOException {
    Bundle bundle = withTokenizer("{\"decoder\": " + "[".repeat(200) + "]".repeat(200) + "}");
    assertThatThrownBy(() -> Intake.open(bundle))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("nesting depth (101)");
  }

  @Test
  void textThatTheTokenizerFailsOnIsRefusedAndOthersAreNot() throws Exception {
    TinyBundle.writeText(folder);
    String whole = Files.readString(folder.resolve("tokenizer.json"));
    try (Intake intake = Intake.open(withTokenizer(whole.replace("\"[UNK]\": 0, ", "")))) {
      refuses(
          intake, "w1 other", null, Reason.INFERENCE_FAILED, "the tokenizer failed on the text");
      assertThat(intake.accept(new Event("e", "w1", null, null), null, 0).tokens)
          .containsExactly(2);
    }
  }

  @Test
  void longTextIsReadOnlyAsFarAsTheLimit() throws Exception {
    TinyBundle.writeText(folder);
    String whole = Files.readString(folder.resolve("tokenizer.json"));
    // Fails on a text with an unknown word, if it reads that far.
    try (Intake intake = Intake.open(withTokenizer(whole.replace("\"[UNK]\": 0, ", "")))) {
      String text = "w1 w2 ".repeat(150_000) + "other";
      InFlight accepted = intake.accept(new Event("e", text, null, null), null, 0);
      assertThat(accepted.tokens).hasSize(16).startsWith(2, 3, 2).endsWith(3);
      assertThat(accepted.truncated).isTrue();
    }
  }

  /** The bundle of texts with another tokenizer, signed anew. */
  private Bundle withTokenizer(String content) throws IOException {
    Manifest manifest = TinyBundle.writeText(folder);
    Path file = Files.writeString(folder.resolve("tokenizer.json"), content);
    Manifest changed =
        ManifestFile.write(
            new Manifest(
                manifest.formatVersion(),
                "",
                manifest.name(),
                manifest.labels(),
                new Manifest.TextInput("tokenizer.json", Sha256.of(file), 16),
                manifest.stages(),
                manifest.stacking(),
                manifest.foresight(),
                manifest.levels(),
                manifest.points(),
                manifest.defaultPoint(),
                true,
                manifest.provenance()),
            folder);
    assertThat(changed.id()).isNotEqualTo(manifest.id());
    return Bundle.open(folder);
  }
}
