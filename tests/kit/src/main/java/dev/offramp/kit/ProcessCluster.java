package dev.offramp.kit;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A Kafka broker, a Flink JobManager and two TaskManagers, each a JVM of its own, so that a test
 * can do to them what befalls processes. They run on this JVM's class path, at ports of 127.0.0.1
 * that stay the same when one is started again, and end with this JVM however it ends. Jobs need no
 * jar: their classes are on the processes' class path, unless Flink is given one of its own.
 *
 * <p>Flink keeps a JobManager's jobs across its death with ZooKeeper or Kubernetes only. Here there
 * is neither: start it again and submit the job from {@link #latestCheckpoint}, as an operator
 * without them would.
 *
 * <p>{@link #close} deletes the folder unless {@link #keep} was called. Use it from one thread.
 */
public final class ProcessCluster implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String CLASS_PATH = System.getProperty("java.class.path");
  private static final List<String> OPENED =
      List.of(
          "lang", "net", "io", "nio", "lang.reflect", "text", "time", "util", "util.concurrent");

  private final Path folder;
  private final KafkaClients kafka;
  private final Configuration settings;
  private final FlinkRest flink;
  private final JvmProcess broker;
  private final JvmProcess jobManager;
  private final List<JvmProcess> taskManagers = new ArrayList<>();
  private final Thread reaper = new Thread(this::killAll, "kills-the-cluster");
  private boolean kept;

  private ProcessCluster(Path folder, String flinkClassPath) throws Exception {
    this.folder = folder;
    Files.createDirectories(logs());
    Path logging = FlinkSettings.writeLogging(folder);
    Ports ports = new Ports(ProcessHandle.current().pid());
    int brokerPort = ports.free();
    kafka = new KafkaClients("127.0.0.1:" + brokerPort);
    Path data = Files.createDirectories(folder.resolve("broker"));
    Path server =
        BrokerFolder.format(
            data, BrokerFolder.properties(data, brokerPort, ports.free()), List.of());
    Map<String, String> flinkSettings =
        FlinkSettings.of(folder, ports.free(), ports.free(), ports.free());
    Path conf = conf();
    FlinkSettings.write(flinkSettings, conf);
    settings = Configuration.fromMap(flinkSettings);
    List<String> flags = flags(logging);
    broker = process("broker", flags, CLASS_PATH, n -> List.of("kafka.Kafka", server.toString()));
    jobManager =
        process(
            "jobmanager",
            flags,
            flinkClassPath,
            n ->
                List.of(
                    StandaloneSessionClusterEntrypoint.class.getName(),
                    "--configDir",
                    conf.toString()));
    for (int i = 1; i <= 2; i++) {
      String name = "taskmanager-" + i;
      taskManagers.add(
          process(
              name,
              flags,
              flinkClassPath,
              // As in any cluster, one that comes back is another one to the JobManager.
              n ->
                  List.of(
                      TaskManagerRunner.class.getName(),
                      "--configDir",
                      conf.toString(),
                      "-D",
                      "taskmanager.resource-id=%s-%d".formatted(name, n))));
    }
    flink = new FlinkRest(settings);
  }

  /**
   * Starts all processes and waits until they are ready, some ten seconds.
   *
   * @param folder for data, checkpoints and logs; must not exist or be empty
   * @throws IllegalStateException if they don't get ready; names their logs
   */
  public static ProcessCluster start(Path folder) {
    return start(folder, CLASS_PATH);
  }

  /**
   * The same with Flink's processes on another class path, for jobs that come in a jar.
   *
   * @param flinkClassPath Flink, what is in its lib folder, and {@link ChildMain}
   */
  public static ProcessCluster start(Path folder, String flinkClassPath) {
    ProcessCluster cluster;
    try {
      cluster = new ProcessCluster(folder.toAbsolutePath(), flinkClassPath);
    } catch (Exception e) {
      throw new IllegalStateException("no cluster in " + folder, e);
    }
    Runtime.getRuntime().addShutdownHook(cluster.reaper);
    try {
      cluster.heal();
    } catch (RuntimeException e) {
      cluster.keep();
      cluster.close();
      throw new IllegalStateException(
          "the cluster did not start; its logs are in " + cluster.logs(), e);
    }
    return cluster;
  }

  /** The broker. */
  public JvmProcess broker() {
    return broker;
  }

  /** The JobManager. */
  public JvmProcess jobManager() {
    return jobManager;
  }

  /** The TaskManagers. */
  public List<JvmProcess> taskManagers() {
    return List.copyOf(taskManagers);
  }

  /** Clients of the broker. */
  public KafkaClients kafka() {
    return kafka;
  }

  /** What the JobManager says. */
  public FlinkRest flink() {
    return flink;
  }

  /** Address of the JobManager's REST interface. */
  public URI web() {
    return URI.create(
        "http://%s:%d"
            .formatted(settings.get(RestOptions.ADDRESS), settings.get(RestOptions.PORT)));
  }

  /** Folder of Flink's settings, for its command line. */
  public Path conf() {
    return folder.resolve("conf");
  }

  /**
   * The environment of a job that runs here when it is executed.
   *
   * @param from path of the savepoint or checkpoint that it starts from; empty: from nothing
   */
  public StreamExecutionEnvironment environment(Optional<String> from) {
    Configuration job = new Configuration(settings);
    from.ifPresent(path -> job.set(StateRecoveryOptions.SAVEPOINT_PATH, path));
    return StreamExecutionEnvironment.createRemoteEnvironment(
        settings.get(RestOptions.ADDRESS), settings.get(RestOptions.PORT), job);
  }

  /**
   * Path of the newest complete checkpoint of a job, found on disk as its JobManager may be gone.
   */
  public Optional<String> latestCheckpoint(JobID job) {
    Path checkpoints = FlinkSettings.checkpoints(folder).resolve(job.toHexString());
    if (!Files.isDirectory(checkpoints)) {
      return Optional.empty();
    }
    try (Stream<Path> all = Files.list(checkpoints)) {
      return all.filter(c -> Files.isRegularFile(c.resolve("_metadata")))
          .max(Comparator.comparingLong(ProcessCluster::number))
          .map(c -> c.toUri().toString());
    } catch (IOException e) {
      throw new IllegalStateException(checkpoints + " can't be read", e);
    }
  }

  private static long number(Path checkpoint) {
    return Long.parseLong(checkpoint.getFileName().toString().substring("chk-".length()));
  }

  /** Starts what is dead, resumes what is paused, and waits until all are ready. */
  public void heal() {
    for (JvmProcess process : all()) {
      if (process.isPaused()) {
        process.resume();
      }
      if (!process.isAlive()) {
        process.start();
      }
    }
    await("the broker answers", kafka::answers);
    await("all TaskManagers are registered", () -> flink.taskManagers().containsAll(names()));
  }

  /** What the TaskManagers that run now are called by the JobManager. */
  private List<String> names() {
    return taskManagers.stream().map(ProcessCluster::id).toList();
  }

  /** What the JobManager calls a TaskManager that was started last. */
  public static String id(JvmProcess taskManager) {
    return "%s-%d".formatted(taskManager.name(), taskManager.starts());
  }

  /** Folder of the logs, one file a process. */
  public Path logs() {
    return folder.resolve("logs");
  }

  /** Lets {@link #close} keep the folder. */
  public void keep() {
    kept = true;
  }

  /**
   * Kills all processes and deletes the folder unless it is kept.
   *
   * @throws IllegalStateException if one doesn't die
   */
  @Override
  public void close() {
    killAll();
    Runtime.getRuntime().removeShutdownHook(reaper);
    flink.close();
    if (!kept) {
      Folders.delete(folder);
    }
  }

  private void killAll() {
    all().forEach(JvmProcess::kill);
  }

  private List<JvmProcess> all() {
    List<JvmProcess> all = new ArrayList<>(List.of(broker, jobManager));
    all.addAll(taskManagers);
    return all;
  }

  private void await(String what, Callable<Boolean> condition) {
    Await.until(
        what + "; logs: " + logs(),
        PATIENCE,
        () -> {
          for (JvmProcess process : all()) {
            if (!process.isAlive()) {
              throw new IllegalStateException(
                  "%s has ended:\n%s".formatted(process, process.lastWords()));
            }
          }
          return condition.call();
        });
  }

  private JvmProcess process(
      String name, List<String> flags, String classPath, IntFunction<List<String>> command) {
    return new JvmProcess(name, folder, logs().resolve(name + ".log"), flags, classPath, command);
  }

  private static List<String> flags(Path logging) {
    List<String> flags = new ArrayList<>();
    // Small and quick to start: four of them share a small machine.
    flags.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    flags.add("-XX:MaxDirectMemorySize=256m");
    flags.add("-Dlog4j2.configurationFile=" + logging);
    flags.add("-Dai.djl.offline=true");
    for (String name : OPENED) {
      flags.add("--add-opens=java.base/java.%s=ALL-UNNAMED".formatted(name));
    }
    return flags;
  }
}
