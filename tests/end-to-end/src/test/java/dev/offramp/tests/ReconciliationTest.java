package dev.offramp.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.runtime.Classifier;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.TinyBundle;
import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.FailureStage;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.Reason;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The drills' judge finds what a drill could do wrong. */
class ReconciliationTest {
  private static final Script SCRIPT = new Script(3, false);

  /** Up to the first blank text, which has number 249. */
  private static final int SENT = 250;

  @TempDir Path folder;
  private final List<Prediction> predictions = new ArrayList<>();
  private final List<DeadLetter> letters = new ArrayList<>();
  private PredictionCheck check;

  @BeforeEach
  void serve() throws Exception {
    Instant begun = Instant.now();
    Manifest manifest = TinyBundle.writeText(folder);
    check = new PredictionCheck(List.of(manifest), begun);
    List<Event> events = IntStream.range(0, SENT - 1).mapToObj(SCRIPT::event).toList();
    try (Classifier classifier = Classifier.open(folder)) {
      predictions.addAll(classifier.classifyEvents(events));
    }
    letters.add(letter(SENT - 1, Reason.EMPTY_TEXT));
  }

  private static DeadLetter letter(int number, Reason reason) {
    return DeadLetter.newBuilder()
        .setEventId(Script.id(number))
        .setTopic("events")
        .setPartition(0)
        .setOffset((long) number)
        .setValue(ByteBuffer.allocate(1))
        .setStage(FailureStage.VALIDATE)
        .setReason(reason)
        .setMessage("blank")
        .setFailedAt(Instant.now())
        .build();
  }

  private Reconciliation reconcile() {
    return Reconciliation.of(SCRIPT, SENT, predictions, letters, check);
  }

  @Test
  void eachEventOnceIsClean() {
    assertThat(reconcile().isClean()).as("%s", reconcile()).isTrue();
    assertThat(reconcile().toString())
        .startsWith("250 events were sent; committed are 249 predictions and 1 dead letters");
  }

  @Test
  void missingRecordIsLost() {
    predictions.remove(7);
    letters.clear();
    assertThat(reconcile().lost()).containsExactly("event-249", "event-7");
    assertThat(reconcile().isClean()).isFalse();
  }

  @Test
  void secondRecordOfAnEventIsDoubledWhateverItsKind() {
    predictions.add(predictions.get(7));
    letters.add(letter(8, Reason.EMPTY_TEXT));
    assertThat(reconcile().doubled()).containsExactly("event-7", "event-8");
    assertThat(reconcile().isClean()).isFalse();
  }

  @Test
  void recordThatNobodySentIsAStranger() {
    letters.add(letter(999, Reason.UNDECODABLE));
    assertThat(reconcile().strangers()).containsExactly("event-999");
    assertThat(reconcile().isClean()).isFalse();
  }

  @Test
  void goodEventAmongTheDeadLettersAndBadOneAmongThePredictionsAreInvalid() {
    Prediction moved = predictions.remove(7);
    letters.set(0, letter(7, Reason.INFERENCE_FAILED));
    predictions.add(Prediction.newBuilder(moved).setEventId("event-249").build());
    assertThat(reconcile().invalid())
        .containsExactly(
            "event-249 was predicted, but must be a dead letter",
            "event-7 is a dead letter (INFERENCE_FAILED: blank), but must be predicted");
    assertThat(reconcile().isClean()).isFalse();
  }

  @Test
  void wrongFieldIsInvalid() {
    predictions.get(7).setProbability(1.5);
    predictions.get(8).setLabel("up");
    predictions.get(9).getTiming().setEmittedAt(Instant.EPOCH);
    assertThat(reconcile().invalid())
        .anyMatch(fault -> fault.startsWith("event-7: probability 1.5"))
        .anyMatch(fault -> fault.startsWith("event-8: label up"))
        .anyMatch(fault -> fault.startsWith("event-9: timing"));
    assertThat(reconcile().isClean()).isFalse();
  }
}
