package dev.offramp.stream;

import java.time.Duration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.PipelineOptionsInternal;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateRecoveryOptions;

/**
 * Whether a start can be the job's recovery. Then transactions under its prefix can be its own, and
 * tasks of its former attempt can still run.
 *
 * @param recovery whether it can
 * @param formerTasks how long such tasks may go on
 */
record StartKind(boolean recovery, Duration formerTasks) {
  /** After a cancellation tasks end within this time. */
  private static final Duration CANCELLED = Duration.ofSeconds(3);

  private static final Duration MARGIN = Duration.ofSeconds(10);

  /**
   * Tells by Flink's configuration: a start from a savepoint or checkpoint, or a main method that a
   * JobManager with high availability runs again when it recovers.
   */
  static StartKind of(ReadableConfig flink) {
    String target = flink.getOptional(DeploymentOptions.TARGET).orElse("");
    boolean application = target.equals("embedded") || target.endsWith("-application");
    boolean available =
        !flink.get(HighAvailabilityOptions.HA_MODE).equalsIgnoreCase("NONE")
            || flink.getOptional(PipelineOptionsInternal.PIPELINE_FIXED_JOB_ID).isPresent();
    boolean recovery =
        flink.getOptional(StateRecoveryOptions.SAVEPOINT_PATH).isPresent()
            || (application && available);
    return recovery
        ? new StartKind(true, flink.get(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT).plus(MARGIN))
        : new StartKind(false, CANCELLED);
  }
}
