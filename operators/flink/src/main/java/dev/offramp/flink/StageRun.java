package dev.offramp.flink;

import dev.offramp.runtime.ServingOptions;
import java.io.Serializable;

/**
 * What one operator serves, and how.
 *
 * @param path the bundle's folder
 * @param bundleId the bundle that the job was made for
 * @param device name of the device, resolved where the task runs
 * @param first the first stage served
 * @param end the stage behind the last one served
 * @param capacity how many events a subtask holds at most; {@link #AS_BATCHES_NEED}: as many tokens
 *     as keep its batches full. Bytes are bounded in any case
 */
record StageRun(
    String path,
    String bundleId,
    String device,
    ServingOptions options,
    int first,
    int end,
    int capacity)
    implements Serializable {
  static final int AS_BATCHES_NEED = Integer.MAX_VALUE;

  /** What people call it. */
  String name() {
    return "stages %d-%d".formatted(first, end - 1);
  }
}
