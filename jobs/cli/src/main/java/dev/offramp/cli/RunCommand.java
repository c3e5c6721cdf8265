package dev.offramp.cli;

import dev.offramp.fit.data.Cache;
import dev.offramp.kit.LocalFlink;
import dev.offramp.stream.StreamJob;
import dev.offramp.stream.StreamOptions;
import dev.offramp.stream.options.Options;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code offramp run}. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the job: in this JVM with a Flink cluster of its own, or on a cluster that is there.",
      "The cluster needs the jars of jobs/stream/target/lib in its lib folder; the README says why."
    })
final class RunCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The job's options as YAML; the README lists them.")
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
    console.line("Job %s runs; web UI %s", job.getJobID(), at);
    if (cluster == null) {
      job.getJobExecutionResult().get();
    }
    return 0;
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
