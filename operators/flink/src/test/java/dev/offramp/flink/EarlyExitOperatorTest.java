package dev.offramp.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import dev.offramp.runtime.FillsTheHeap;
import dev.offramp.runtime.InFlight;
import dev.offramp.runtime.InferenceException;
import dev.offramp.runtime.ServingOptions;
import dev.offramp.runtime.TinyBundle;
import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.FailureStage;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.Reason;
import dev.offramp.schemas.TensorInput;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EarlyExitOperatorTest {
  private static final int PLENTY = 10_000;

  @TempDir Path folder;

  @AfterEach
  void nothingIsHeldOpen() {
    assertThat(Desk.held()).isZero();
  }

  @Test
  void predictionsAreTheClassifiersAndKeepTheirTimestamps() throws Exception {
    List<Event> events = Events.some(300);
    try (Desk<Received> desk = Desk.front(Desk.run(folder, 0, 3, PLENTY)).open()) {
      for (int i = 0; i < 300; i++) {
        desk.take(Received.of(events.get(i), 0), 1000 + i);
      }
      desk.settle();
      Events.assertSameAsClassifier(
          folder, ServingOptions.DEFAULT, events, desk.out().values(Prediction.class));
      for (StreamRecord<Prediction> r : desk.out().records(Prediction.class)) {
        assertThat(r.getTimestamp()).isEqualTo(1000 + Long.parseLong(r.getValue().getEventId()));
      }
      assertThat(desk.out().elements()).hasSize(300);
    }
  }

  @Test
  void eventWithoutATimestampGivesAPredictionWithoutOne() throws Exception {
    try (Desk<Received> desk = Desk.front(Desk.run(folder, 0, 3, PLENTY)).open()) {
      desk.take(Received.of(Events.at(1), 0));
      desk.settle();
      assertThat(desk.out().records(Prediction.class).get(0).hasTimestamp()).isFalse();
    }
  }

  @Test
  void survivorsOfOneOperatorAreServedByTheNext() throws Exception {
    List<Event> events = Events.some(300);
    StageRun begin = Desk.run(folder, 0, 1, PLENTY);
    StageRun rest = Desk.run(folder, 1, 3, PLENTY);
    List<Prediction> all = new ArrayList<>();
    try (Desk<Received> front = Desk.front(begin).open();
        Desk<InFlight> middle = Desk.middle(rest).open()) {
      for (int i = 0; i < 300; i++) {
        front.take(Received.of(events.get(i), 70 + i), i);
      }
      front.settle();
      List<StreamRecord<InFlight>> survivors = front.out().records(InFlight.class);
      for (StreamRecord<InFlight> s : survivors) {
        middle.take(overTheNetwork(s.getValue()), s.getTimestamp());
      }
      middle.settle();
      all.addAll(front.out().values(Prediction.class));
      all.addAll(middle.out().values(Prediction.class));
      assertThat(survivors).isNotEmpty();
      assertThat(all).hasSizeGreaterThan(survivors.size());
      for (StreamRecord<Prediction> r : middle.out().records(Prediction.class)) {
        assertThat(Long.toString(r.getTimestamp())).isEqualTo(r.getValue().getEventId());
      }
    }
    Events.assertSameAsClassifier(folder, ServingOptions.DEFAULT, events, all);
  }

  private static InFlight overTheNetwork(InFlight event) throws Exception {
    DataOutputSerializer out = new DataOutputSerializer(256);
    InFlightSerializer.INSTANCE.serialize(event, out);
    return InFlightSerializer.INSTANCE.deserialize(
        new DataInputDeserializer(out.getCopyOfBuffer()));
  }

  @Test
  void watermarksAndIdlenessWaitForTheEventsBeforeThem() throws Exception {
    try (Desk<Received> desk = Desk.front(Desk.run(folder, 0, 3, PLENTY)).open()) {
      for (int i = 0; i < 400; i++) {
        desk.take(Received.of(Events.at(i), 0), i);
        if (i % 7 == 3) {
          desk.take(new Watermark(i));
        }
        if (i % 50 == 3) {
          desk.take(WatermarkStatus.IDLE);
          desk.take(WatermarkStatus.ACTIVE);
        }
      }
      desk.take(Watermark.MAX_WATERMARK);
      assertThat(desk.operator().inFlight()).isEqualTo(400);
      assertThat(desk.out().elements()).as("nothing goes before its mail has run").isEmpty();
      desk.settle();
      List<Object> elements = desk.out().elements();
      assertThat(elements).hasSize(400 + 57 + 16 + 1).last().isEqualTo(Watermark.MAX_WATERMARK);
      assertThat(elements).filteredOn(WatermarkStatus.class::isInstance).hasSize(16);
      int gone = 0;
      for (Object element : elements) {
        if (element instanceof Watermark mark && mark.getTimestamp() < 400) {
          long before = mark.getTimestamp() + 1;
          assertThat(
                  elements.subList(0, elements.indexOf(mark)).stream()
                      .filter(e -> e instanceof StreamRecord<?> r && r.getTimestamp() < before))
              .as("events before watermark %s", mark)
              .hasSize((int) before);
          gone++;
        } else if (element == WatermarkStatus.IDLE) {
          assertThat(elements.get(elements.indexOf(element) - 1)).isInstanceOf(Watermark.class);
        }
      }
      assertThat(gone).isEqualTo(57);
      assertThat(elements)
          .filteredOn(Watermark.class::isInstance)
          .isSortedAccordingTo(
              (a, b) ->
                  Long.compare(((Watermark) a).getTimestamp(), ((Watermark) b).getTimestamp()));
    }
  }

  @Test
  void signalsGoOnAtOnceWhenNothingIsHere() throws Exception {
    try (Desk<Received> desk = Desk.front(Desk.run(folder, 0, 3, PLENTY)).open()) {
      desk.take(new Watermark(5));
      desk.take(WatermarkStatus.IDLE);
      assertThat(desk.out().elements()).containsExactly(new Watermark(5), WatermarkStatus.IDLE);
    }
  }

  @Test
  void nothingIsInFlightBehindABarrier() throws Exception {
    List<Event> events = Events.some(200);
    try (Desk<Received> desk = Desk.front(Desk.run(folder, 0, 3, PLENTY)).open()) {
      for (Event e : events) {
        desk.take(Received.of(e, 0), 1);
      }
      desk.take(new Watermark(1));
      desk.barrier(1);
      assertThat(desk.operator().inFlight()).isZero();
      assertThat(desk.out().values(Prediction.class)).hasSize(200);
      assertThat(desk.out().elements()).last().isEqualTo(new Watermark(1));
      desk.take(Received.of(Events.at(200), 0), 2);
      desk.barrier(2);
      assertThat(desk.out().values(Prediction.class)).hasSize(201);
    }
  }

  @Test
  void anotherCheckpointsTriggerInsideADrainFindsItsWay() throws Exception {
    try (Desk<Received> desk = Desk.front(Desk.run(folder, 0, 3, PLENTY)).open()) {
      List<Integer> left = new ArrayList<>();
      desk.mailbox()
          .put(
              new Mail(
                  () -> {
                    desk.operator().prepareSnapshotPreBarrier(2);
                    left.add(desk.operator().inFlight());
                  },
                  0,
                  "a later checkpoint"));
      for (Event e : Events.some(200)) {
        desk.take(Received.of(e, 0), 1);
      }
      desk.operator().prepareSnapshotPreBarrier(1);
      assertThat(left).containsExactly(0);
      assertThat(desk.operator().inFlight()).isZero();
      assertThat(desk.out().values(Prediction.class)).hasSize(200);
    }
  }

  @Test
  void endOfInputDrains() throws Exception {
    try (Desk<Received> desk = Desk.front(Desk.run(folder, 0, 3, PLENTY)).open()) {
      for (Event e : Events.some(200)) {
        desk.take(Received.of(e, 0), 1);
      }
      desk.take(Watermark.MAX_WATERMARK);
      desk.operator().finish();
      assertThat(desk.operator().inFlight()).isZero();
      assertThat(desk.out().values(Prediction.class)).hasSize(200);
      assertThat(desk.out().elements()).last().isEqualTo(Watermark.MAX_WATERMARK);
    }
  }

  @Test
  void fullOperatorTakesNoMoreUntilThereIsRoom() throws Exception {
    List<Event> events = Events.some(100);
    try (Desk<Received> desk = Desk.front(Desk.run(folder, 0, 3, 4)).open()) {
      for (int i = 0; i < 100; i++) {
        desk.take(Received.of(events.get(i), 0), i);
        assertThat(desk.operator().inFlight()).isBetween(1, 4);
        assertThat(desk.out().values(Prediction.class).size() + desk.operator().inFlight())
            .isEqualTo(i + 1);
      }
      desk.settle();
      Events.assertSameAsClassifier(
          folder, ServingOptions.DEFAULT, events, desk.out().values(Prediction.class));
    }
  }

  @Test
  void largeRecordsFillTheOperatorSoonerThanSmallOnes() throws Exception {
    Received.Origin origin =
        new Received.Origin(new byte[30 << 20], null, List.of(), "events", 0, 5L);
    try (Desk<Received> desk = Desk.front(Desk.run(folder, 0, 3, PLENTY)).open()) {
      for (int i = 0; i < 40; i++) {
        desk.take(Received.of(Events.at(i), origin, 0), i);
        assertThat(desk.operator().inFlight()).as("records of 30 MiB").isBetween(1, 4);
      }
      desk.settle();
      assertThat(desk.out().values(Prediction.class)).hasSize(40);
    }
  }

  @Test
  void longTextsFillTheOperatorSoonerThanShortOnes() throws Exception {
    String text = "w1 w2 w3 w4 ".repeat(50);
    int all = StageRun.AS_BATCHES_NEED;
    try (Desk<Received> desk = Desk.front(Desk.run(folder, 0, 3, all)).open()) {
      for (int i = 0; i < 500; i++) {
        desk.take(Received.of(Events.at(i), 0), i);
        assertThat(desk.operator().inFlight()).as("until it knows its speed").isBetween(1, 256);
        if (i >= 200) {
          desk.settle();
        }
      }
      for (int i = 0; i < 1000; i++) {
        desk.take(Received.of(new Event("short " + i, "w1 w2 w3", null, null), 0), i);
      }
      assertThat(desk.operator().inFlight()).as("short ones").isEqualTo(1000);
      desk.settle();
      for (int i = 0; i < 1500; i++) {
        desk.take(Received.of(new Event("long " + i, text, null, null), 0), i);
        assertThat(desk.operator().inFlight() * TinyBundle.MAX_TOKENS)
            .as("tokens of long ones")
            .isLessThanOrEqualTo(16_384);
      }
      desk.settle();
      assertThat(desk.out().values(Prediction.class)).hasSize(3000);
    }
  }

  @Test
  void countsAreBackAtZeroWhateverBecomesOfTheEvents() throws Exception {
    StageRun begin = Desk.run(folder, 0, 1, PLENTY);
    StageRun rest = Desk.run(folder, 1, 3, PLENTY);
    Received.Origin origin = new Received.Origin(new byte[5], null, List.of(), "events", 0, 5L);
    List<String> texts = List.of("w1 w2", " ", "poison", "w3 w4 w5", "poison-1", "w1 ".repeat(500));
    try (Desk<Received> front = Desk.front(begin).open();
        Desk<InFlight> middle = Desk.middle(rest).open()) {
      for (int i = 0; i < 300; i++) {
        Event event = new Event("e" + i, texts.get(i % texts.size()), null, null);
        front.take(Received.of(event, origin, 0), i);
        front.take(Received.undecodable(Reason.UNDECODABLE, "no Avro", origin, 0), i);
      }
      assertThat(front.operator().occupancy().events()).isEqualTo(300);
      assertThat(front.operator().occupancy().tokens()).isGreaterThan(300);
      assertThat(front.operator().occupancy().bytes()).isGreaterThan(300 * 1000);
      front.settle();
      assertNothingCounts(front.operator());
      for (StreamRecord<InFlight> s : front.out().records(InFlight.class)) {
        middle.take(overTheNetwork(s.getValue()), s.getTimestamp());
      }
      assertThat(middle.operator().occupancy().bytes()).isPositive();
      middle.settle();
      assertNothingCounts(middle.operator());
      assertThat(middle.out().records(DeadLetter.class)).isNotEmpty();
    }
    Desk<Received> closed = Desk.front(begin).open();
    closed.take(Received.of(Events.at(1), origin, 0), 1);
    closed.close();
    assertNothingCounts(closed.operator());
  }

  private static void assertNothingCounts(EarlyExitOperator<?> operator) {
    assertThat(operator.occupancy().events()).isZero();
    assertThat(operator.occupancy().tokens()).isZero();
    assertThat(operator.occupancy().bytes()).isZero();
  }

  @Test
  void cancellationEndsTheWaitForRoom() throws Exception {
    try (Desk<Received> desk = Desk.front(Desk.run(folder, 0, 3, 1)).open()) {
      desk.take(Received.of(Events.at(0), 0), 1);
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> desk.take(Received.of(Events.at(1), 0), 1))
          .isInstanceOf(InterruptedException.class);
      assertThat(Thread.interrupted()).isFalse();
    }
  }

  @Test
  void brokenSessionFailsTheTaskAndNamesStageAndBundle() throws Exception {
    StageRun run = Desk.run(folder, TinyBundle.writeBroken(folder, 2), 0, 3, PLENTY);
    try (Desk<Received> desk = Desk.front(run).open()) {
      desk.take(Received.of(new Event("good", "w1 w2", null, null), 0), 1);
      assertThatThrownBy(desk::settle)
          .hasMessageContaining("stages 0-2")
          .hasMessageContaining(folder.toString())
          .hasRootCauseInstanceOf(OrtException.class)
          .cause()
          .isInstanceOf(InferenceException.class)
          .hasMessageContaining("stage-0.onnx")
          .hasMessageContaining(run.bundleId());
      assertThat(desk.out().elements()).as("the event comes again after a restart").isEmpty();
    }
  }

  @Test
  void brokenSessionEndsADrain() throws Exception {
    StageRun run = Desk.run(folder, TinyBundle.writeBroken(folder, 2), 0, 3, PLENTY);
    try (Desk<Received> desk = Desk.front(run).open()) {
      desk.take(Received.of(new Event("good", "w1 w2", null, null), 0), 1);
      assertThatThrownBy(() -> desk.barrier(1))
          .hasRootCauseInstanceOf(OrtException.class)
          .hasMessageContaining("stage-0.onnx");
    }
  }

  @Test
  void fullHeapFailsTheTaskAsWhatItIs() throws Exception {
    try (Desk<Received> desk = Desk.front(Desk.run(folder, 0, 3, PLENTY)).open()) {
      desk.take(Received.of(new Event("e", new FillsTheHeap(), null, null), 0), 1);
      assertThatThrownBy(desk::settle).isInstanceOf(OutOfMemoryError.class);
    }
  }

  @Test
  void eventThatTheNetworkFailsOnBecomesADeadLetterAndItsNeighboursAreServed() throws Exception {
    List<Event> good = Events.some(20);
    Received.Origin origin =
        new Received.Origin(new byte[] {7, 8}, new byte[] {9}, List.of(), "events", 1, 99L);
    try (Desk<Received> desk = Desk.front(Desk.run(folder, 0, 3, PLENTY)).open()) {
      for (int i = 0; i < 20; i++) {
        desk.take(Received.of(good.get(i), 0), i);
        if (i == 11) {
          desk.take(Received.of(new Event("bad", "w1 poison", null, null), origin, 0), 500);
        }
      }
      desk.take(new Watermark(500));
      desk.settle();
      StreamRecord<DeadLetter> record = desk.out().records(DeadLetter.class).get(0);
      assertThat(record.getTimestamp()).isEqualTo(500);
      DeadLetter letter = record.getValue();
      assertThat(letter.getEventId()).isEqualTo("bad");
      assertThat(letter.getValue()).isEqualTo(ByteBuffer.wrap(new byte[] {7, 8}));
      assertThat(letter.getKey()).isEqualTo(ByteBuffer.wrap(new byte[] {9}));
      assertThat(letter.getOffset()).isEqualTo(99);
      assertThat(letter.getStage()).isEqualTo(FailureStage.INFER);
      assertThat(letter.getReason()).isEqualTo(Reason.INFERENCE_FAILED);
      assertThat(letter.getMessage()).contains("stage-0.onnx").contains("1000");
      Events.assertSameAsClassifier(
          folder, ServingOptions.DEFAULT, good, desk.out().values(Prediction.class));
      assertThat(desk.out().elements()).last().isEqualTo(new Watermark(500));
    }
  }

  @Test
  void survivorThatADeeperOperatorFailsOnIsADeadLetterWithItsBytes() throws Exception {
    Event bad = new Event("deep", "poison-1", null, null);
    StageRun begin = Desk.run(folder, 0, 1, PLENTY);
    StageRun rest = Desk.run(folder, 1, 3, PLENTY);
    try (Desk<Received> front = Desk.front(begin).open();
        Desk<InFlight> middle = Desk.middle(rest).open()) {
      front.take(Received.of(bad, 0), 5);
      front.settle();
      middle.take(overTheNetwork(front.out().values(InFlight.class).get(0)), 5);
      middle.settle();
      DeadLetter letter = middle.out().values(DeadLetter.class).get(0);
      assertThat(letter.getEventId()).isEqualTo("deep");
      assertThat(EventBytes.read(letter.getValue().array())).isEqualTo(bad);
      assertThat(letter.getMessage()).contains("stage-1.onnx");
      assertThat(middle.out().elements()).hasSize(1);
    }
  }

  @Test
  void eventsThatTheBundleDoesNotReadBecomeDeadLettersWithAllTheyCameWith() throws Exception {
    Received.Origin origin =
        new Received.Origin(
            new byte[] {1, 2},
            new byte[] {3},
            List.of(new Received.Header("h", new byte[] {4}), new Received.Header("none", null)),
            "events",
            2,
            77L);
    try (Desk<Received> desk = Desk.front(Desk.run(folder, 0, 3, PLENTY)).open()) {
      desk.take(Received.of(new Event("empty", " ", null, null), origin, 0), 9);
      desk.take(new Watermark(9));
      desk.settle();
      StreamRecord<DeadLetter> record = desk.out().records(DeadLetter.class).get(0);
      assertThat(record.getTimestamp()).isEqualTo(9);
      DeadLetter letter = record.getValue();
      assertThat(letter.getValue()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
      assertThat(letter.getKey()).isEqualTo(ByteBuffer.wrap(new byte[] {3}));
      assertThat(letter.getHeaders())
          .containsExactly(
              new dev.offramp.schemas.Header("h", ByteBuffer.wrap(new byte[] {4})),
              new dev.offramp.schemas.Header("none", null));
      assertThat(letter.getTopic()).isEqualTo("events");
      assertThat(letter.getPartition()).isEqualTo(2);
      assertThat(letter.getOffset()).isEqualTo(77);
      assertThat(letter.getEventId()).isEqualTo("empty");
      assertThat(letter.getStage()).isEqualTo(FailureStage.VALIDATE);
      assertThat(letter.getReason()).isEqualTo(Reason.EMPTY_TEXT);
      assertThat(letter.getMessage()).isEqualTo("the text is empty or white space alone");
      assertThat(letter.getFailedAt()).isNotNull();
      assertThat(desk.out().elements()).last().isEqualTo(new Watermark(9));
    }
  }

  @Test
  void eventWithoutBytesIsWrittenIntoItsDeadLetter() throws Exception {
    Event tensor = new Event("t", new TensorInput("signal", List.of(1), List.of(1f)), null, null);
    try (Desk<Received> desk = Desk.front(Desk.run(folder, 0, 3, PLENTY)).open()) {
      desk.take(Received.of(tensor, 0), 9);
      desk.settle();
      DeadLetter letter = desk.out().values(DeadLetter.class).get(0);
      assertThat(letter.getReason()).isEqualTo(Reason.WRONG_INPUT);
      assertThat(EventBytes.read(letter.getValue().array())).isEqualTo(tensor);
      assertThat(letter.getTopic()).isNull();
    }
  }

  @Test
  void bytesThatAreNoEventBecomeADeadLetterAtOnce() throws Exception {
    Received.Origin origin = new Received.Origin(new byte[] {9}, null, List.of(), "events", 0, 5L);
    try (Desk<Received> desk = Desk.front(Desk.run(folder, 0, 3, PLENTY)).open()) {
      desk.take(Received.undecodable(Reason.UNDECODABLE, "no Avro", origin, 0), 4);
      assertThat(desk.operator().inFlight()).isZero();
      StreamRecord<DeadLetter> record = desk.out().records(DeadLetter.class).get(0);
      assertThat(record.getTimestamp()).isEqualTo(4);
      assertThat(record.getValue().getStage()).isEqualTo(FailureStage.DECODE);
      assertThat(record.getValue().getReason()).isEqualTo(Reason.UNDECODABLE);
      assertThat(record.getValue().getMessage()).isEqualTo("no Avro");
      assertThat(record.getValue().getEventId()).isNull();
      assertThat(record.getValue().getOffset()).isEqualTo(5);
      desk.take(new Watermark(4));
      assertThat(desk.out().elements()).last().isEqualTo(new Watermark(4));
    }
  }

  @Test
  void refusedEventBecomesADeadLetterAtOnceWithItsId() throws Exception {
    Event event = new Event("long", "a text", null, null);
    try (Desk<Received> desk = Desk.front(Desk.run(folder, 0, 3, PLENTY)).open()) {
      desk.take(
          Received.refused(event, Reason.ID_TOO_LARGE, "too long", Received.Origin.NONE, 0), 4);
      assertThat(desk.operator().inFlight()).isZero();
      DeadLetter letter = desk.out().values(DeadLetter.class).get(0);
      assertThat(letter.getStage()).isEqualTo(FailureStage.VALIDATE);
      assertThat(letter.getReason()).isEqualTo(Reason.ID_TOO_LARGE);
      assertThat(letter.getEventId()).isEqualTo("long");
    }
  }

  @Test
  void closeEndsWhileEventsAreInFlight() throws Exception {
    Desk<Received> desk = Desk.front(Desk.run(folder, 0, 3, PLENTY)).open();
    for (Event e : Events.some(500)) {
      desk.take(Received.of(e, 0), 1);
    }
    assertThat(Desk.held()).isEqualTo(3 + 1);
    desk.close();
    assertThat(Desk.held()).isZero();
    assertThat(desk.out().elements()).isEmpty();
  }

  @Test
  void bundleIsSharedByTheOperatorsOfAJvm() throws Exception {
    StageRun run = Desk.run(folder, 0, 3, PLENTY);
    try (Desk<Received> one = Desk.front(run).open()) {
      Desk<Received> other = Desk.front(run).open();
      assertThat(Desk.held()).isEqualTo(3 + 1);
      other.close();
      one.take(Received.of(Events.at(3), 0), 1);
      one.settle();
      assertThat(one.out().values(Prediction.class)).hasSize(1);
    }
  }

  @Test
  void missingFileFailsOpenAndLeavesNothingOpen() throws Exception {
    StageRun run = Desk.run(folder, 0, 3, PLENTY);
    Files.delete(folder.resolve("stage-2.onnx"));
    try (Desk<Received> desk = Desk.front(run)) {
      assertThatThrownBy(desk::open).hasMessageContaining("stage-2.onnx is missing");
      assertThat(Desk.held()).isZero();
    }
  }

  @Test
  void wrongDeviceFailsOpenAndLeavesNothingOpen() throws Exception {
    StageRun run = Desk.run(folder, 0, 3, PLENTY);
    try (Desk<Received> desk = Desk.front(on("cuda:77", run, run.bundleId()))) {
      assertThatThrownBy(desk::open).hasMessageContaining("cuda:77 can't be used");
      assertThat(Desk.held()).isZero();
    }
  }

  @Test
  void bundleThatIsNotTheJobsFailsOpen() throws Exception {
    StageRun run = Desk.run(folder, 0, 3, PLENTY);
    try (Desk<Received> desk = Desk.front(on("cpu", run, "another"))) {
      assertThatThrownBy(desk::open)
          .hasMessageContaining(run.bundleId())
          .hasMessageContaining("the job was made for another");
      assertThat(Desk.held()).isZero();
    }
  }

  private static StageRun on(String device, StageRun run, String id) {
    return new StageRun(
        run.path(), id, device, run.options(), run.first(), run.end(), run.capacity());
  }
}
