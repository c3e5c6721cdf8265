package dev.offramp.tests;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offramp.flink.Received;
import dev.offramp.stream.StreamJob;
import dev.offramp.stream.StreamOptions;
import dev.offramp.stream.options.Options;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.util.TestStreamEnvironment;
import org.apache.flink.util.ExceptionUtils;

/**
 * The main class of a JVM of its own with a Flink cluster of one TaskManager. It does what it reads
 * from its standard input, a command a line, and answers each by one line that begins with {@link
 * #ANSWER}.
 */
final class JobProcess {
  static final String ANSWER = "answer: ";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final MiniCluster cluster;
  private final Path folder;
  private JobClient job;

  private JobProcess(MiniCluster cluster, Path folder) {
    this.cluster = cluster;
    this.folder = folder;
  }

  /**
   * Runs until its input ends.
   *
   * @param args a folder for what is to be remembered
   */
  public static void main(String[] args) throws Exception {
    MiniClusterConfiguration configuration =
        new MiniClusterConfiguration.Builder()
            .setNumTaskManagers(1)
            .setNumSlotsPerTaskManager(2)
            .withRandomPorts()
            .build();
    MiniCluster cluster = new MiniCluster(configuration);
    cluster.start();
    JobProcess process = new JobProcess(cluster, Path.of(args[0]));
    try (BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        System.out.println(ANSWER + process.answer(line.split(" ", 2)));
      }
    } finally {
      cluster.close();
    }
  }

  private String answer(String[] command) throws Exception {
    return switch (command[0]) {
      case "submit" -> submit(Path.of(command[1]));
      case "cancel" -> {
        job.cancel().get();
        yield ended();
      }
      case "end" -> ended();
      case "batch" -> batch();
      case "measure" -> JSON.writeValueAsString(Footprint.measure());
      default -> throw new IllegalArgumentException(command[0]);
    };
  }

  private String submit(Path config) throws Exception {
    Configuration conf = new Configuration();
    conf.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    conf.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1_000);
    conf.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
    Options options = StreamOptions.read(config, List.of(), Map.of());
    if (config.toString().contains("unloadable")) {
      conf.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    }
    var env = new TestStreamEnvironment(cluster, conf, 2, List.of(), apart());
    StreamJob.build(
        env,
        options,
        events ->
            StreamJob.classify(
                events.map(new FailsOnceEach(folder)).returns(Received.class), options));
    job = env.executeAsync("job");
    return "submitted";
  }

  /** Where the job's classes lie if they are apart, so that each start of a job loads them anew. */
  private static List<URL> apart() {
    return JobProcess.class.getClassLoader() instanceof URLClassLoader own
        ? List.of(own.getURLs())
        : List.of();
  }

  /** Waits until the job has ended; why it has. */
  private String ended() throws InterruptedException {
    try {
      job.getJobExecutionResult().get();
      return "finished";
    } catch (ExecutionException e) {
      return ExceptionUtils.stringifyException(e).replaceAll("\\R", " | ");
    }
  }

  /** Waits until a batch runs that has run for a while. */
  private static String batch() {
    int seen = 0;
    while (seen < 3) {
      seen = SlowBatch.runs() ? seen + 1 : 0;
      LockSupport.parkNanos(20_000_000);
    }
    return Arrays.toString(SlowBatch.threads().toArray());
  }
}
