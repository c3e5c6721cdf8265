package dev.offramp.cli;

import dev.offramp.fit.data.Cache;
import dev.offramp.kit.LocalFlink;
import dev.offramp.stream.StreamJob;
import dev.offramp.stream.StreamOptions;
import dev.offramp.stream.options.Options;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.client.JobCancellationException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code offramp run}. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the job: in this JVM with a Flink cluster of its own, or on a cluster that is there.",
      "The cluster needs the jars of jobs/stream/target/lib in its lib folder, see docs/operations.md."
    })
final class RunCommand implements Callable<Integer> {
  /** Between two looks at a job. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** For a job to be scheduled, to load its bundle and to finish a checkpoint. */
  private static final Duration START = Duration.ofSeconds(60);

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The job's options as YAML; docs/options.md lists them.")
  private Path config;

  @Option(
      names = "-D",
      paramLabel = "key=value",
      description = "An option; wins over the file. Can be given many times.")
  private List<String> overrides = List.of();

  @Option(
      names = "--cluster",
      paramLabel = "URL",
      description = "REST address of a Flink cluster, as http://jobmanager:8081. Default: here.")
  private URI cluster;

  @Option(
      names = "--job-jar",
      paramLabel = "FILE",
      description = "The job's jar, for --cluster. Default: the one that was built.")
  private Path jar = Path.of(System.getProperty("offramp.job.jar", "offramp-job.jar"));

  @Override
  public Integer call() throws Exception {
    Console console = Console.standard();
    Options options = StreamOptions.read(config, overrides, System.getenv());
    StreamExecutionEnvironment env;
    String at;
    if (cluster == null) {
      int port = LocalFlink.freePort();
      Path checkpoints = Cache.of(System.getenv()).folder().resolve("run").resolve("checkpoints");
      Files.createDirectories(checkpoints);
      env = LocalFlink.environment(port, checkpoints);
      at = "http://127.0.0.1:" + port;
    } else {
      env = remote();
      at = cluster.toString();
    }
    StreamJob.build(env, options);
    JobClient job = env.executeAsync(StreamJob.name(options));
    console.line("Job %s is submitted; web UI %s", job.getJobID(), at);
    try (JobWatch watch = new JobWatch(URI.create(at), job.getJobID(), options::redact, console)) {
      return cluster == null
          ? untilItEnds(job, watch, options, console)
          : untilFirstCheckpoint(watch, options, console);
    }
  }

  private static int untilItEnds(JobClient job, JobWatch watch, Options options, Console console)
      throws InterruptedException {
    CompletableFuture<?> ended = job.getJobExecutionResult();
    while (true) {
      try {
        ended.get(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        return 0;
      } catch (TimeoutException e) {
        watch.report();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof JobCancellationException) {
          console.line("The job was cancelled");
          return 0;
        }
        StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace));
        console.line(
            "The job failed for good: %s", options.redact(JobFailures.rootCause(trace.toString())));
        return 1;
      }
    }
  }

  /** What goes wrong at the start shows before the first checkpoint. */
  private static int untilFirstCheckpoint(JobWatch watch, Options options, Console console)
      throws InterruptedException {
    Duration patience = options.get(StreamOptions.CHECKPOINT_INTERVAL).plus(START);
    long end = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() - end < 0) {
      watch.report();
      JobStatus status = watch.status();
      if (status.isGloballyTerminalState()) {
        console.line("The job has ended: %s", status);
        return status == JobStatus.FAILED ? 1 : 0;
      }
      if (watch.hasCheckpoint()) {
        console.line("The job runs: its first checkpoint is complete");
        return 0;
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
    }
    console.line(
        "The job has no checkpoint after %d s: look at its exceptions and checkpoints in the web UI",
        patience.toSeconds());
    return watch.failed() ? 1 : 0;
  }

  private StreamExecutionEnvironment remote() {
    if (cluster.getHost() == null || cluster.getPort() < 0) {
      throw new IllegalArgumentException(
          "--cluster must be like http://jobmanager:8081: " + cluster);
    }
    if (!Files.isRegularFile(jar)) {
      throw new IllegalArgumentException(
          "there is no job jar at %s: name it by --job-jar".formatted(jar));
    }
    return StreamExecutionEnvironment.createRemoteEnvironment(
        cluster.getHost(), cluster.getPort(), jar.toString());
  }
}
