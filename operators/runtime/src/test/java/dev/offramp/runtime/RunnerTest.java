package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.FailureStage;
import dev.offramp.schemas.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RunnerTest {
  @TempDir Path folder;
  private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
  private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

  private Runner runner(int first, int end) throws Exception {
    TinyBundle.writeText(folder);
    return runner(Bundle.open(folder), first, end);
  }

  private Runner runner(Bundle bundle, int first, int end) {
    return new Runner(
        "runner",
        bundle,
        first,
        end,
        Device.CPU,
        ServingOptions.DEFAULT,
        Ticker.system(),
        outcomes::addAll,
        failures::add);
  }

  private List<Outcome> take(int count) throws InterruptedException {
    List<Outcome> taken = new ArrayList<>();
    while (taken.size() < count) {
      Outcome next = outcomes.poll(30, TimeUnit.SECONDS);
      assertThat(next).as("outcome %d of %d", taken.size(), count).isNotNull();
      taken.add(next);
    }
    return taken;
  }

  @Test
  void everyEventHasOneOutcome() throws Exception {
    try (Runner runner = runner(0, 3)) {
      Random random = new Random(9);
      for (int i = 0; i < 1000; i++) {
        String text = i % 10 == 3 ? " " : TinyBundle.text(random);
        runner.submit(new Event("e" + i, text, null, null), i, Ticker.system().micros());
      }
      List<Outcome> all = take(1000);
      assertThat(all.stream().map(Outcome::context))
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 1000).boxed().toList());
      assertThat(all)
          .filteredOn(o -> o instanceof Outcome.Rejected)
          .hasSize(100)
          .allSatisfy(
              o -> {
                Outcome.Rejected rejected = (Outcome.Rejected) o;
                assertThat(rejected.reason()).isEqualTo(Reason.EMPTY_TEXT);
                assertThat(rejected.stage()).isEqualTo(FailureStage.VALIDATE);
              });
    }
    assertThat(failures).isEmpty();
    assertThat(StageSession.open()).isZero();
  }

  @Test
  void eventWithATighterBudgetLeavesBeforePatientOnesThatCameEarlier() throws Exception {
    TinyBundle.writeText(folder);
    CountDownLatch allCame = new CountDownLatch(1);
    Ticker ticker =
        () -> {
          try {
            allCame.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return 1_000_000;
        };
    ServingOptions options = new ServingOptions("full", 0.95, Duration.ofMillis(500), null);
    try (Runner runner =
        new Runner(
            "runner",
            Bundle.open(folder),
            0,
            3,
            Device.CPU,
            options,
            ticker,
            outcomes::addAll,
            failures::add)) {
      long arrived = 1_000_000;
      for (int i = 0; i < 63; i++) {
        runner.submit(new Event("patient " + i, "w1 w2", null, null), i, arrived);
      }
      runner.submit(new Event("tight", "w1 w2", null, 40L), 63, arrived);
      allCame.countDown();
      List<Object> order = take(64).stream().map(Outcome::context).toList();
      assertThat(order.indexOf(63)).as("place of the tight one").isLessThan(32);
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void survivorsOfOneRunnerGoOnInTheNext() throws Exception {
    try (Runner front = runner(0, 1)) {
      Random random = new Random(10);
      for (int i = 0; i < 200; i++) {
        front.submit(new Event("e" + i, TinyBundle.text(random), null, null), i, 0);
      }
      front.noMoreInput(true);
      List<Outcome> passed = take(200);
      List<InFlight> survivors = new ArrayList<>();
      for (Outcome o : passed) {
        if (o instanceof Outcome.Survived s) {
          survivors.add(s.event());
        }
      }
      assertThat(survivors).hasSizeBetween(1, 199);
      try (Runner back = runner(1, 3)) {
        survivors.forEach(back::submit);
        assertThat(take(survivors.size())).allMatch(o -> o instanceof Outcome.Left);
      }
    }
  }

  @Test
  void badEventsAreRejectedAndTheOthersServed() throws Exception {
    List<String> bad = List.of("poison", "poison-1", "poison-2", "boundless", "glutton");
    try (Runner runner = runner(0, 3)) {
      Random random = new Random(11);
      for (int i = 0; i < 500; i++) {
        String text = i % 10 == 3 ? bad.get(i / 10 % bad.size()) : TinyBundle.text(random);
        runner.submit(new Event("e" + i, text, null, null), i, 0);
      }
      runner.noMoreInput(true);
      assertThat(take(500))
          .allSatisfy(
              o -> {
                boolean wasBad = (Integer) o.context() % 10 == 3;
                assertThat(o).isInstanceOf(wasBad ? Outcome.Rejected.class : Outcome.Left.class);
              });
      assertThat(runner.work().get(2).failed()).isPositive();
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void sessionThatIsBrokenEndsTheRunnerWithItsCause() throws Exception {
    TinyBundle.writeBroken(folder, 3);
    try (Runner runner = runner(Bundle.open(folder), 0, 3)) {
      runner.submit(new Event("fits", "w1 w2", null, null), 0, 0);
      assertThat(take(1)).allMatch(o -> o instanceof Outcome.Left);
      for (int i = 0; i < 20; i++) {
        runner.submit(new Event("e" + i, "w1 w2 w3", null, null), i, 0);
      }
      runner.noMoreInput(true);
      assertThat(failures.poll(30, TimeUnit.SECONDS))
          .isInstanceOf(InferenceException.class)
          .hasMessageContaining("stage-0.onnx")
          .hasMessageContaining("it is the session and not the event")
          .hasRootCauseInstanceOf(OrtException.class);
      assertThat(outcomes).as("no dead letters of good events").isEmpty();
    }
    assertThat(StageSession.open()).as("released").isZero();
  }

  @Test
  void fullHeapEndsTheRunnerAsWhatItIs() throws Exception {
    try (Runner runner = runner(0, 3)) {
      runner.submit(new Event("e", new FillsTheHeap(), null, null), 0, 0);
      assertThat(failures.poll(30, TimeUnit.SECONDS)).isInstanceOf(OutOfMemoryError.class);
    }
    assertThat(outcomes).isEmpty();
    assertThat(StageSession.open()).as("released").isZero();
  }

  @Test
  void closingWithEventsInsideReleasesTheStages() throws Exception {
    Runner runner = runner(0, 3);
    for (int i = 0; i < 5000; i++) {
      runner.submit(new Event("e" + i, "w1 w2 w3", null, null), i, 0);
    }
    runner.close();
    runner.close();
    assertThat(StageSession.open()).isZero();
    assertThat(failures).isEmpty();
  }

  @Test
  void runnerThatCantOpenLeavesNothingOpen() throws Exception {
    assertThatThrownBy(() -> runner(0, 4)).isInstanceOf(IllegalArgumentException.class);
    assertThat(StageSession.open()).isZero();
  }
}
