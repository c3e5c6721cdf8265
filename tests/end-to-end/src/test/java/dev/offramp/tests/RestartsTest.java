package dev.offramp.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offramp.runtime.ChangedStage;
import dev.offramp.runtime.SlowBundle;
import dev.offramp.schemas.Event;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Restarts jobs over and over in one TaskManager's JVM and weighs it before and after: the job
 * fails and goes on from its checkpoint; it is cancelled and submitted again; between the two one
 * is submitted whose second stage can't be loaded, so that its operator's open fails half-way. A
 * stage of the bundle has 4 MiB of weights: a session forgotten each time would show at once.
 */
@Timeout(600)
class RestartsTest {
  @TempDir Path folder;
  private Topics topics;
  private Rounds rounds;
  private Path config;
  private Path unloadable;

  @BeforeEach
  void start() throws Exception {
    topics = new Topics(2);
    rounds = new Rounds(topics);
    SlowBundle.write(folder.resolve("whole"));
    ChangedStage.unloadable(folder.resolve("unloadable"), 1);
    config = config("whole");
    unloadable = config("unloadable");
  }

  @AfterEach
  void stop() {
    rounds.close();
    topics.close();
  }

  @Test
  void fifteenRestartsLeaveNothingBehind() throws Exception {
    restarts(false, 6, 15);
  }

  @Test
  void fifteenRestartsWithClassesOfTheirOwnLeaveNothingBehind() throws Exception {
    restarts(true, 6, 15);
  }

  @Test
  @Tag("soak")
  void fiftyRestartsLeaveNothingBehind() throws Exception {
    restarts(false, 6, 50);
  }

  @Test
  @Tag("soak")
  void fiftyRestartsWithClassesOfTheirOwnLeaveNothingBehind() throws Exception {
    restarts(true, 6, 50);
  }

  private void restarts(boolean apart, int warmUp, int restarts) throws Exception {
    try (ChildJob child = new ChildJob(folder, apart)) {
      child.ask("submit " + config);
      serve(child);
      for (int i = 1; i <= warmUp; i++) {
        restart(child, i);
      }
      Footprint before = measure(child, apart, "after %d to warm up".formatted(warmUp));
      for (int i = warmUp + 1; i <= warmUp + restarts; i++) {
        restart(child, i);
      }
      Footprint after = measure(child, apart, "after %d more".formatted(restarts));
      child.ask("cancel");
      Footprint none = measure(child, apart, "with no job");

      assertThat(after.residentKiB() - before.residentKiB())
          .as("KiB more resident memory")
          .isLessThan((32 << 10) + restarts * (2 << 10));
      assertThat(after.directKiB() - before.directKiB()).as("KiB more in buffers").isLessThan(4096);
      assertThat(after.threads() - before.threads()).as("more threads").isLessThan(15);
      assertThat(after.descriptors() - before.descriptors()).as("more open files").isLessThan(15);
      assertThat(after.temporaryFiles() - before.temporaryFiles())
          .as("more temporary files")
          .isLessThan(5);
      assertThat(after.classes() - before.classes()).as("more classes").isLessThan(1500);
      assertThat(after.sessions()).isEqualTo(before.sessions());
      assertThat(none.sessions()).isZero();
    }
  }

  private void restart(ChildJob child, int number) throws Exception {
    switch (number % 3) {
      case 0 -> topics.send(new Event(FailsOnceEach.ID + number, "w1 w2 w3", null, null));
      case 1 -> {
        assertThat(child.ask("cancel")).contains("cancelled");
        child.ask("submit " + config);
      }
      default -> {
        assertThat(child.ask("cancel")).contains("cancelled");
        child.ask("submit " + unloadable);
        assertThat(child.ask("end")).contains("stage-1.onnx can't be loaded");
        child.ask("submit " + config);
      }
    }
    serve(child);
  }

  /** The job predicts what is sent to it. */
  private void serve(ChildJob child) throws Exception {
    try {
      rounds.next();
    } catch (IllegalStateException e) {
      throw new AssertionError(child.lastWords(), e);
    }
  }

  private static Footprint measure(ChildJob child, boolean apart, String when) throws Exception {
    Footprint footprint = new ObjectMapper().readValue(child.ask("measure"), Footprint.class);
    System.out.printf(
        "%s, %s: %s%n", apart ? "classes in a jar" : "classes of the cluster", when, footprint);
    return footprint;
  }

  private Path config(String bundle) throws Exception {
    return topics.config(
        folder.resolve(bundle + ".yaml"),
        folder.resolve(bundle),
        "checkpoint.interval: 200 ms",
        "operators.count: 2");
  }
}
