package dev.offramp.kit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.checkpoint.CheckpointStatsStatus;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.flink.runtime.rest.messages.EmptyMessageParameters;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;
import org.apache.flink.runtime.rest.messages.JobMessageParameters;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatistics;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatisticsHeaders;
import org.apache.flink.runtime.rest.messages.taskmanager.TaskManagersHeaders;

/** Asks a cluster's JobManager. Where it doesn't answer, methods throw or say so. */
public final class FlinkRest implements AutoCloseable {
  /** A checkpoint that is being made: its number, and how many subtasks have done their part. */
  public record Progress(long id, int acknowledged, int subtasks) {}

  private static final Duration ANSWER = Duration.ofSeconds(30);

  private final RestClusterClient<StandaloneClusterId> client;

  FlinkRest(Configuration settings) throws Exception {
    Configuration impatient = new Configuration(settings);
    impatient.set(RestOptions.RETRY_MAX_ATTEMPTS, 0);
    client = new RestClusterClient<>(impatient, StandaloneClusterId.getInstance());
  }

  /** Ids of the TaskManagers that the JobManager counts on; none while it doesn't answer. */
  public List<String> taskManagers() {
    try {
      return get(
              client.sendRequest(
                  TaskManagersHeaders.getInstance(),
                  EmptyMessageParameters.getInstance(),
                  EmptyRequestBody.getInstance()))
          .getTaskManagerInfos()
          .stream()
          .map(t -> t.getResourceId().toString())
          .toList();
    } catch (FlinkUnreachableException e) {
      return List.of();
    }
  }

  /** The checkpoint that is being made now, if there is one. */
  public Optional<Progress> checkpoint(JobID job) {
    return statistics(job).getHistory().stream()
        .filter(c -> c.getStatus() == CheckpointStatsStatus.IN_PROGRESS)
        .map(c -> new Progress(c.getId(), c.getNumAckSubtasks(), c.getNumSubtasks()))
        .findFirst();
  }

  /** Number of the last checkpoint that was completed; 0: none. */
  public long lastCheckpoint(JobID job) {
    var last = statistics(job).getLatestCheckpoints().getCompletedCheckpointStatistics();
    return last == null ? 0 : last.getId();
  }

  /** How many checkpoints have failed. */
  public long failedCheckpoints(JobID job) {
    return statistics(job).getCounts().getNumberFailedCheckpoints();
  }

  /** Cancels all jobs and waits until they have ended. */
  public void cancelAll(Duration patience) {
    for (JobStatusMessage job : get(client.listJobs())) {
      if (!job.getJobState().isGloballyTerminalState()) {
        get(client.cancel(job.getJobId()));
      }
    }
    Await.until(
        "all jobs have ended",
        patience,
        () ->
            get(client.listJobs()).stream()
                .map(JobStatusMessage::getJobState)
                .allMatch(JobStatus::isGloballyTerminalState));
  }

  @Override
  public void close() {
    client.close();
  }

  private CheckpointingStatistics statistics(JobID job) {
    CheckpointingStatisticsHeaders headers = CheckpointingStatisticsHeaders.getInstance();
    JobMessageParameters parameters = headers.getUnresolvedMessageParameters();
    parameters.jobPathParameter.resolve(job);
    return get(client.sendRequest(headers, parameters, EmptyRequestBody.getInstance()));
  }

  private static <T> T get(Future<T> answer) {
    try {
      return answer.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new FlinkUnreachableException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the JobManager was asked", e);
    }
  }

  /** The JobManager doesn't answer, or not what was asked. */
  static final class FlinkUnreachableException extends RuntimeException {
    FlinkUnreachableException(Throwable cause) {
      super("the JobManager gave no answer: " + cause.getMessage(), cause);
    }
  }
}
