package dev.offramp.bench;

import dev.offramp.flink.Offramp;
import dev.offramp.flink.Received;
import dev.offramp.kit.LocalFlink;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A Flink job in this JVM, on a cluster of its own for each run. It must not fail: it isn't started
 * again. One thread.
 *
 * @param feed the job's ends
 * @param between what becomes of the events
 */
record FlinkOpponent(
    String name,
    String description,
    Ground ground,
    Feed feed,
    Function<DataStream<Received>, Offramp.Results> between)
    implements Opponent {
  private static final long LOOK_MILLIS = 200;

  /** Patience with a job that makes no progress. */
  private static final Duration STALLED = Duration.ofSeconds(90);

  @Override
  public void run(Plan plan) throws Exception {
    Tap.remember(plan);
    try {
      StreamExecutionEnvironment env =
          LocalFlink.environment(LocalFlink.ANY_PORT, ground.work().resolve("checkpoints"));
      Configuration settings = new Configuration();
      settings.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
      settings.set(TaskManagerOptions.NUM_TASK_SLOTS, ground.parallelism());
      BatchCounts.enable(settings);
      env.configure(settings);
      feed.build(env, ground, plan, events -> Tap.on(between.apply(events), plan));
      JobClient job = env.executeAsync("offramp bench " + name);
      try {
        await(job, plan.meter());
      } finally {
        end(job);
      }
      plan.meter().padding(BatchCounts.padding(ground.bundle().manifest()));
    } finally {
      Tap.forget(plan);
    }
  }

  private static void await(JobClient job, Meter meter) throws Exception {
    int before = 0;
    long progress = System.nanoTime();
    while (!meter.await(LOOK_MILLIS)) {
      if (meter.count() > before) {
        before = meter.count();
        progress = System.nanoTime();
      }
      JobStatus status = job.getJobStatus().get();
      if (status.isGloballyTerminalState() && !meter.await(0)) {
        job.getJobExecutionResult().get();
        throw new IllegalStateException(
            "the job ended (%s) with %d of %d predictions"
                .formatted(status, meter.count(), meter.events()));
      }
      if (System.nanoTime() - progress > STALLED.toNanos()) {
        throw new IllegalStateException(
            "no prediction for %d s after %d of %d; the log says more"
                .formatted(STALLED.toSeconds(), meter.count(), meter.events()));
      }
    }
  }

  /** Cancels it, if it hasn't ended by itself, and waits until it is gone. */
  private static void end(JobClient job) throws InterruptedException {
    try {
      job.cancel().get();
    } catch (ExecutionException endedBefore) {
      // Its own result says why, and a run whose events all came needs none.
    }
    try {
      job.getJobExecutionResult().get();
    } catch (ExecutionException cancelled) {
      // As was asked for.
    }
  }
}
