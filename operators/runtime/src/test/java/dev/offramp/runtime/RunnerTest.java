package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.schemas.Event;
import dev.offramp.schemas.FailureStage;
import dev.offramp.schemas.Reason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
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
    return new Runner(
        "runner",
        Bundle.open(folder),
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
  void stageThatFailsEndsTheRunnerWithItsCause() throws Exception {
    try (Runner runner = runner(0, 3)) {
      runner.submit(new Event("bad", "poison", null, null), 0, 0);
      Throwable cause = failures.poll(30, TimeUnit.SECONDS);
      assertThat(cause).isInstanceOf(InferenceException.class).hasMessageContaining("stage-0.onnx");
    }
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
