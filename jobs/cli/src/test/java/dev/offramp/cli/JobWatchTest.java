package dev.offramp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.kit.Await;
import dev.offramp.kit.LocalFlink;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobWatchTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final AtomicLong failed = new AtomicLong();

  @TempDir private Path folder;

  @Test
  void jobThatFailsAgainAndAgainIsReportedOnceWithItsCauseAndNoSecret() throws Exception {
    int port = LocalFlink.freePort();
    StreamExecutionEnvironment env = LocalFlink.environment(port, folder);
    env.enableCheckpointing(1000);
    env.fromSequence(0, 10)
        .map(JobWatchTest::fail)
        .returns(Long.class)
        .sinkTo(new DiscardingSink<>());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Console console = new Console(new PrintStream(out, true, StandardCharsets.UTF_8), false);
    JobClient job = env.executeAsync("fails");
    try (JobWatch watch =
        new JobWatch(
            URI.create("http://127.0.0.1:" + port),
            job.getJobID(),
            words -> words.replace("hunter2", "******"),
            console)) {
      Await.until(
          "the failure is reported",
          PATIENCE,
          () -> {
            watch.report();
            return out.size() > 0;
          });
      long first = failed.get();
      Await.until("it failed again", PATIENCE, () -> failed.get() > first);
      watch.report();

      assertThat(out.toString(StandardCharsets.UTF_8).lines())
          .containsExactly(
              "The job failed: java.lang.IllegalStateException: no access with ******");
      assertThat(watch.hasCheckpoint()).isFalse();
    } finally {
      job.cancel().get();
    }
  }

  private static Long fail(Long number) {
    failed.incrementAndGet();
    throw new IllegalStateException("no access with hunter2");
  }
}
