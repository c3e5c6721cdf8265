package dev.offramp.kit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A Flink cluster in this JVM, with its web UI on a free port of 127.0.0.1. The only other port
 * that it opens, on 127.0.0.1 too, hands files to its TaskManager.
 */
public final class LocalFlink {
  /**
   * For jobs whose web UI nobody looks at: Flink takes a port that is free as it opens it, where
   * another program can come before a job that starts at {@link #freePort}.
   */
  public static final int ANY_PORT = 0;

  private LocalFlink() {}

  /**
   * The environment of a job that runs here.
   *
   * @param port of the web UI, or {@link #ANY_PORT}
   * @param checkpoints folder for checkpoints
   */
  public static StreamExecutionEnvironment environment(int port, Path checkpoints) {
    Configuration conf = new Configuration();
    conf.set(RestOptions.ADDRESS, "127.0.0.1");
    conf.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
    conf.set(RestOptions.PORT, port);
    // Else the port that hands files to the TaskManager can be reached from other machines.
    conf.set(JobManagerOptions.BIND_HOST, "127.0.0.1");
    conf.set(TaskManagerOptions.NUM_TASK_SLOTS, Runtime.getRuntime().availableProcessors());
    conf.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(32));
    conf.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
    conf.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
    conf.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    return StreamExecutionEnvironment.createLocalEnvironmentWithWebUI(conf);
  }

  /** Flink's usual port for the web UI if it is free, else any that is. */
  public static int freePort() throws IOException {
    InetAddress here = InetAddress.getLoopbackAddress();
    try (ServerSocket usual = new ServerSocket(8081, 1, here)) {
      return usual.getLocalPort();
    } catch (IOException taken) {
      try (ServerSocket any = new ServerSocket(0, 1, here)) {
        return any.getLocalPort();
      }
    }
  }
}
