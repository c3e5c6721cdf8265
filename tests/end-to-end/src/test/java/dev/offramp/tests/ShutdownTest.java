package dev.offramp.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Classifier;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.ServingOptions;
import dev.offramp.runtime.SlowBundle;
import dev.offramp.schemas.Event;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The job is told to end while a batch runs that takes about a second and more. */
@Timeout(300)
class ShutdownTest {
  private static final Duration BOUND = Duration.ofSeconds(10);

  /** SIGTERM's number and 128. */
  private static final int TERMINATED = 143;

  private static final int SLOW_WORDS = 8;

  @TempDir Path folder;
  private Topics topics;
  private Path bundle;

  @BeforeEach
  void start() throws Exception {
    topics = new Topics(1);
    bundle = folder.resolve("slow");
    SlowBundle.write(bundle);
  }

  @AfterEach
  void stop() {
    topics.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10 min", "100 ms"})
  void cancelEndsTheJobWhileABatchRuns_andWhileACheckpointDrains(String checkpoints)
      throws Exception {
    try (ChildJob child = new ChildJob(folder, false)) {
      runABatch(child, checkpoints);
      long begun = System.nanoTime();
      assertThat(child.ask("cancel")).contains("cancelled");
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      System.out.printf("cancel, checkpoints each %s: %s%n", checkpoints, took);
      assertThat(took).isLessThan(BOUND);
      assertThat(child.ask("measure")).contains("\"sessions\":0,");
    }
  }

  @Test
  void sigtermEndsTheProcessWhileABatchRuns() throws Exception {
    try (ChildJob child = new ChildJob(folder, false)) {
      runABatch(child, "100 ms");
      Duration took = child.terminate();
      System.out.printf("SIGTERM: %s%n", took);
      assertThat(took).isLessThan(BOUND);
      assertThat(child.exitCode()).isEqualTo(TERMINATED);
      try (Stream<Path> files = Files.list(folder)) {
        assertThat(files.map(f -> f.getFileName().toString()))
            .as("the JVM did not crash")
            .noneMatch(name -> name.startsWith("hs_err"));
      }
    }
  }

  /** Submits the job and returns while it runs the slow batch. */
  private void runABatch(ChildJob child, String checkpoints) throws Exception {
    String text = SlowBundle.text(SLOW_WORDS);
    try (Classifier classifier =
        Classifier.open(Bundle.open(bundle), Device.CPU, ServingOptions.DEFAULT)) {
      long begun = System.nanoTime();
      classifier.classify(List.of(text));
      System.out.printf("the batch: %s%n", Duration.ofNanos(System.nanoTime() - begun));
    }
    child.ask(
        "submit "
            + topics.config(
                folder.resolve("job.yaml"), bundle, "checkpoint.interval: " + checkpoints));
    topics.send(new Event("slow", text, null, null));
    for (int i = 0; i < 500; i++) {
      topics.send(new Event("quick-" + i, "w1 w2 w3", null, null));
    }
    topics.sent();
    assertThat(child.ask("batch")).contains("stages 0-2");
  }
}
