package dev.offramp.cli;

import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;
import org.apache.flink.runtime.rest.messages.JobExceptionsHeaders;
import org.apache.flink.runtime.rest.messages.JobExceptionsInfoWithHistory.RootExceptionInfo;
import org.apache.flink.runtime.rest.messages.JobMessageParameters;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatisticsHeaders;
import org.apache.flink.runtime.rest.messages.job.JobExceptionsMessageParameters;

/**
 * Reports a job's failures on the terminal, which would else be in a log alone while the job
 * restarts. Asks the JobManager's REST API. One thread.
 */
final class JobWatch implements AutoCloseable {
  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final RestClusterClient<StandaloneClusterId> client;
  private final JobID job;
  private final UnaryOperator<String> redacted;
  private final Console console;
  private final JobFailures failures = new JobFailures();

  /** Failures that were reported, by their time and stack trace; Flink keeps the last few. */
  private final Set<String> reported = new HashSet<>();

  /**
   * A watch.
   *
   * @param rest the JobManager's REST address
   * @param redacted masks secrets in what Flink says
   */
  JobWatch(URI rest, JobID job, UnaryOperator<String> redacted, Console console) throws Exception {
    Configuration settings = new Configuration();
    settings.set(RestOptions.ADDRESS, rest.getHost());
    settings.set(RestOptions.PORT, rest.getPort());
    settings.set(RestOptions.RETRY_MAX_ATTEMPTS, 0);
    this.client = new RestClusterClient<>(settings, StandaloneClusterId.getInstance());
    this.job = job;
    this.redacted = redacted;
    this.console = console;
  }

  /** Whether a failure was reported. */
  boolean failed() {
    return !reported.isEmpty();
  }

  /** Prints the failures since the last call. Nothing while the JobManager does not answer. */
  void report() throws InterruptedException {
    JobExceptionsHeaders headers = JobExceptionsHeaders.getInstance();
    JobExceptionsMessageParameters parameters = headers.getUnresolvedMessageParameters();
    parameters.jobPathParameter.resolve(job);
    try {
      List<RootExceptionInfo> latestFirst =
          answer(client.sendRequest(headers, parameters, EmptyRequestBody.getInstance()))
              .getExceptionHistory()
              .getEntries();
      for (int i = latestFirst.size() - 1; i >= 0; i--) {
        RootExceptionInfo failure = latestFirst.get(i);
        if (reported.add(failure.getTimestamp() + failure.getStacktrace())) {
          failures
              .add(redacted.apply(failure.getStacktrace()))
              .ifPresent(line -> console.line("%s", line));
        }
      }
    } catch (ExecutionException | TimeoutException e) {
      // It is ending, or busy: the next call asks again.
      return;
    }
  }

  /** Whether the job has completed a checkpoint; false while the JobManager does not answer. */
  boolean hasCheckpoint() throws InterruptedException {
    CheckpointingStatisticsHeaders headers = CheckpointingStatisticsHeaders.getInstance();
    JobMessageParameters parameters = headers.getUnresolvedMessageParameters();
    parameters.jobPathParameter.resolve(job);
    try {
      return answer(client.sendRequest(headers, parameters, EmptyRequestBody.getInstance()))
              .getCounts()
              .getNumberCompletedCheckpoints()
          > 0;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }

  /** The job's status; {@link JobStatus#INITIALIZING} while the JobManager does not answer. */
  JobStatus status() throws InterruptedException {
    try {
      return answer(client.getJobStatus(job));
    } catch (ExecutionException | TimeoutException e) {
      return JobStatus.INITIALIZING;
    }
  }

  @Override
  public void close() {
    client.close();
  }

  private static <T> T answer(Future<T> future)
      throws ExecutionException, TimeoutException, InterruptedException {
    return future.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
  }
}
