package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.schemas.Event;
import dev.offramp.schemas.ExitReason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {
  @TempDir Path folder;
  private final AtomicLong now = new AtomicLong(1_000_000);
  private final List<Outcome> outcomes = new ArrayList<>();
  private Bundle bundle;
  private Intake intake;

  @BeforeEach
  void open() throws IOException {
    TinyBundle.writeText(folder);
    bundle = Bundle.open(folder);
    intake = Intake.open(bundle);
  }

  @AfterEach
  void close() {
    intake.close();
  }

  private Engine engine(int first, int end, ServingOptions options) {
    // A batch of 64 tokens takes a millisecond, and so does a smaller one.
    CostCurve curve = new CostCurve(new double[] {1, 64, 6400}, new double[] {1e3, 1e3, 1e5});
    return new Engine(
        bundle,
        first,
        end,
        Device.CPU,
        options,
        now::get,
        outcomes::add,
        new Spares(bundle.manifest()),
        Device.CPU.maxRows(),
        stage -> curve.copy());
  }

  private InFlight event(String text, Long budgetMillis) throws RejectedEventException {
    return intake.accept(new Event(text, text, null, budgetMillis), text, now.get());
  }

  private static ServingOptions full(Duration wait) {
    return new ServingOptions("full", 0.95, null, wait);
  }

  @Test
  void smallBatchWaitsWhileInputIsAtHand() throws Exception {
    try (Engine engine = engine(0, 3, full(Duration.ofMillis(10)))) {
      engine.admit(event("w1 w2", null));
      assertThat(engine.step(true)).isFalse();
      now.addAndGet(9_000);
      assertThat(engine.step(true)).isFalse();
      now.addAndGet(1_000);
      assertThat(engine.step(true)).as("waited for ten milliseconds").isTrue();
      assertThat(engine.step(true)).as("a new wait begins at stage 1").isFalse();
      assertThat(engine.step(false)).as("nothing else to do").isTrue();
      assertThat(engine.step(false)).isTrue();
      assertThat(engine.step(false)).isFalse();
      assertThat(outcomes).hasSize(1);
    }
  }

  @Test
  void fullBatchRunsAtOnceAndSurvivorsAreGatheredAgain() throws Exception {
    try (Engine engine = engine(0, 3, full(Duration.ofMillis(10)))) {
      for (int batch = 0; batch < 2; batch++) {
        for (int i = 0; i < 4; i++) {
          engine.admit(event("w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12 w13 w14 w15 w" + i, null));
        }
      }
      assertThat(engine.step(true)).as("stage 0, first half").isTrue();
      int steps = 1;
      while (engine.step(true)) {
        steps++;
      }
      assertThat(outcomes).hasSize(8);
      assertThat(steps).as("64 tokens are a batch: two for each stage").isEqualTo(6);
    }
  }

  @Test
  void runOfStagesHandsItsSurvivorsOn() throws Exception {
    Random random = new Random(5);
    List<InFlight> handedOn = new ArrayList<>();
    try (Engine front = engine(0, 2, ServingOptions.DEFAULT)) {
      for (int i = 0; i < 100; i++) {
        front.admit(event(TinyBundle.text(random), null));
      }
      while (front.step(false)) {
        // All of it.
      }
    }
    assertThat(outcomes).hasSize(100);
    int left = 0;
    for (Outcome o : outcomes) {
      if (o instanceof Outcome.Survived survived) {
        assertThat(survived.event().stage()).isEqualTo(2);
        handedOn.add(copy(survived.event()));
      } else {
        left++;
      }
    }
    assertThat(left).isBetween(1, 99);
    outcomes.clear();
    try (Engine back = engine(2, 3, ServingOptions.DEFAULT)) {
      handedOn.forEach(back::admit);
      while (back.step(false)) {
        // All of it.
      }
    }
    assertThat(outcomes).hasSize(100 - left);
    // The same events, all three stages in one engine: the same predictions.
    for (Outcome o : List.copyOf(outcomes)) {
      var split = ((Outcome.Left) o).prediction();
      assertThat(split.getExit().getReason()).isEqualTo(ExitReason.FINAL);
      outcomes.clear();
      try (Engine whole = engine(0, 3, ServingOptions.DEFAULT)) {
        whole.admit(event((String) o.context(), null));
        while (whole.step(false)) {
          // All of it.
        }
      }
      var one = ((Outcome.Left) outcomes.get(0)).prediction();
      assertThat(one.getLabel()).isEqualTo(split.getLabel());
      assertThat(one.getProbability())
          .isCloseTo(split.getProbability(), org.assertj.core.api.Assertions.within(1e-5));
    }
  }

  /** Over the wire: what crosses to another machine is what came. */
  private static InFlight copy(InFlight event) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    event.write(new DataOutputStream(bytes));
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    InFlight copy = InFlight.read(in, event.context());
    assertThat(in.read()).as("all is read").isEqualTo(-1);
    assertThat(copy)
        .usingRecursiveComparison()
        .ignoringFields("latestMicros", "sequence")
        .isEqualTo(event);
    return copy;
  }

  @Test
  void eventWhoseDeadlinePassesWhileItWaitsLeavesWithItsLastExit() throws Exception {
    try (Engine engine = engine(0, 3, full(Duration.ofSeconds(10)))) {
      engine.admit(event("w1 w2", 50L));
      engine.admit(event("w3 w4", null));
      assertThat(engine.step(false)).isTrue();
      assertThat(outcomes).isEmpty();
      now.addAndGet(60_000);
      assertThat(engine.step(false)).isTrue();
      assertThat(outcomes).hasSize(1);
      var forced = ((Outcome.Left) outcomes.get(0)).prediction();
      assertThat(forced.getExit().getReason()).isEqualTo(ExitReason.DEADLINE);
      assertThat(forced.getExit().getIndex()).isZero();
      assertThat(forced.getTiming().getLate()).isTrue();
      while (engine.step(false)) {
        // The patient one.
      }
      assertThat(((Outcome.Left) outcomes.get(1)).prediction().getExit().getReason())
          .isEqualTo(ExitReason.FINAL);
    }
  }

  @Test
  void eventOfAnotherRunOfStagesIsRefused() throws Exception {
    try (Engine engine = engine(1, 3, ServingOptions.DEFAULT)) {
      InFlight fresh = event("w1", null);
      assertThatThrownBy(() -> engine.admit(fresh))
          .hasMessage("event w1 is due for stage 0, this engine serves 1 to before 3");
    }
    assertThatThrownBy(() -> engine(2, 4, ServingOptions.DEFAULT))
        .hasMessageContaining("stages 2 to before 4");
  }

  /**
   * As on a graphics card, whose calls cost the same up to 4,000 tokens: a quarter of the events
   * get past each exit, and are gathered until their batches are full.
   */
  @Test
  void deepStagesAreKeptFullWhereTheCurveBendsLate() throws Exception {
    CostCurve card = new CostCurve(new double[] {40, 4000, 400_000}, new double[] {1e4, 1e4, 1e6});
    Random random = new Random(8);
    ServingOptions patient = new ServingOptions("half", 0.95, null, Duration.ofHours(1));
    try (Engine engine =
        new Engine(
            bundle,
            0,
            3,
            Device.CPU,
            patient,
            () -> now.addAndGet(10_000),
            outcomes::add,
            new Spares(bundle.manifest()),
            4096,
            stage -> card.copy())) {
      for (int i = 0; i < 40_000; i++) {
        engine.admit(event(TinyBundle.text(random), null));
        while (engine.step(true)) {
          // What is worth it.
        }
      }
      for (StageWork stage : engine.work()) {
        assertThat(stage.batches()).as("batches of stage %d", stage.stage()).isGreaterThan(2);
        assertThat(stage.tokens() / (double) stage.batches())
            .as("real tokens a batch of stage %d", stage.stage())
            .isGreaterThan(3600);
        assertThat(stage.tokens() / (double) stage.padded()).isGreaterThan(0.7);
      }
      assertThat(engine.enough()).as("tokens in flight that keep them so").isEqualTo(24_000);
    }
  }

  @Test
  void eventKeepsThePointThatItWasAdmittedAtAndOthersFollowLoad() throws Exception {
    ServingOptions options = new ServingOptions("full", 0.95, Duration.ofMillis(50), null);
    try (Engine engine = engine(0, 3, options)) {
      assertThat(bundle.manifest().points().get(engine.point()).name()).isEqualTo("full");
      InFlight early = event("w1 w2", 600_000L);
      engine.admit(early);
      int dear = engine.point();
      // Events of a second ago, over and over: all are late.
      for (int i = 0; i < 40; i++) {
        now.addAndGet(120_000);
        InFlight late =
            intake.accept(
                new Event("late", "w3 w4", Ticker.instant(now.get() - 1_000_000), 50L), "late", 0);
        for (int n = 0; n < 20; n++) {
          engine.admit(
              intake.accept(
                  new Event("late", "w3 w4", Ticker.instant(now.get() - 1_000_000), 50L), i, 0));
        }
        engine.admit(late);
        while (engine.step(false)) {
          // All of them.
        }
        engine.watch(false);
      }
      assertThat(engine.point()).as("a cheaper point").isLessThan(dear);
      var first = ((Outcome.Left) outcomes.get(0)).prediction();
      assertThat(outcomes)
          .filteredOn(o -> o.context().equals("w1 w2"))
          .singleElement()
          .satisfies(
              o ->
                  assertThat(((Outcome.Left) o).prediction().getModel().getPoint())
                      .isEqualTo("full"));
      var last = ((Outcome.Left) outcomes.get(outcomes.size() - 1)).prediction();
      assertThat(first.getModel().getPoint()).isEqualTo("full");
      assertThat(last.getModel().getPoint()).isNotEqualTo("full");
    }
  }

  @Test
  void noMoreIsInFlightThanCanBeInTimeOrSoonDone() throws Exception {
    ServingOptions options = new ServingOptions("full", 0.95, Duration.ofMillis(50), null);
    try (Engine engine = engine(0, 3, options)) {
      assertThat(engine.timely()).as("nothing is known yet").isEqualTo(Integer.MAX_VALUE);
      for (int i = 0; i < 200; i++) {
        engine.admit(event("w1 w2", 600_000L));
        engine.worked(1000);
      }
      while (engine.step(false)) {
        // All of them.
      }
      assertThat(engine.timely()).as("half of 50 ms at a millisecond each").isBetween(20, 26);
    }
    try (Engine engine = engine(0, 3, full(null))) {
      assertThat(engine.timely()).as("without a budget").isEqualTo(Integer.MAX_VALUE);
      assertThat(engine.soonDone()).as("nothing is known yet").isEqualTo(256);
      for (int i = 0; i < 200; i++) {
        engine.admit(event("w1 w2", null));
        engine.worked(500);
      }
      while (engine.step(false)) {
        // All of them.
      }
      assertThat(engine.soonDone()).as("2 s at half a millisecond each").isBetween(3900, 4200);
      engine.worked(1_000_000_000);
      assertThat(engine.soonDone()).as("never fewer").isEqualTo(256);
      assertThat(engine.enough()).as("tokens").isEqualTo(16_384);
    }
  }

  private List<String> left() {
    return outcomes.stream().map(o -> ((Outcome.Left) o).prediction().getEventId()).toList();
  }

  @Test
  void eventWithATighterBudgetRunsBeforePatientOnesOfItsLength() throws Exception {
    for (Batching batching : Batching.values()) {
      outcomes.clear();
      ServingOptions options =
          new ServingOptions("full", 0.95, Duration.ofMillis(500), null).withBatching(batching);
      try (Engine engine = engine(0, 3, options)) {
        for (int i = 0; i < 100; i++) {
          engine.admit(event("w1 w" + i % 40, 500L));
        }
        engine.admit(event("w1 tight", 40L));
        // Its budget is nearly spent, theirs is not.
        now.addAndGet(34_000);
        while (!left().contains("w1 tight")) {
          assertThat(engine.step(true)).as("a batch of the urgent event, %s", batching).isTrue();
          now.addAndGet(100);
        }
        var prediction = ((Outcome.Left) outcomes.get(left().indexOf("w1 tight"))).prediction();
        assertThat(prediction.getExit().getReason()).isEqualTo(ExitReason.FINAL);
        assertThat(prediction.getTiming().getLate()).isFalse();
        assertThat(left().size()).as("left with it, %s", batching).isLessThanOrEqualTo(64);
      }
    }
  }

  @Test
  void eventsThatAreLateAnywayDoNotHoldUpOneThatCanBeInTime() throws Exception {
    ServingOptions options = new ServingOptions("full", 0.95, Duration.ofMillis(50), null);
    try (Engine engine = engine(0, 3, options)) {
      for (int i = 0; i < 200; i++) {
        engine.admit(event("w1 w2", 600_000L));
        engine.worked(100);
      }
      while (engine.step(false)) {
        // From now on the engine knows that an event takes a tenth of a millisecond.
      }
      Instant longAgo = Ticker.instant(now.get() - 900_000);
      for (int i = 0; i < 4000; i++) {
        engine.admit(intake.accept(new Event("late", "w1 w2", longAgo, 50L), "late", 0));
      }
      engine.admit(event("w1 w3", 40L));
      while (!left().contains("w1 w3")) {
        assertThat(engine.step(true)).isTrue();
        now.addAndGet(1000);
      }
      var prediction = ((Outcome.Left) outcomes.get(left().indexOf("w1 w3"))).prediction();
      assertThat(prediction.getTiming().getLate()).isFalse();
      while (engine.step(false)) {
        // The late ones are served too.
      }
      assertThat(outcomes).hasSize(4201);
    }
  }
}
