package dev.offramp.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Settings of the Flink cluster of {@link ProcessCluster}, for processes and clients alike. */
final class FlinkSettings {
  private static final String LOOPBACK = "127.0.0.1";

  private FlinkSettings() {}

  /**
   * The settings.
   *
   * @param folder of the cluster; checkpoints and savepoints lie in it
   */
  static Map<String, String> of(Path folder, int restPort, int rpcPort, int blobPort) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("jobmanager.rpc.address", LOOPBACK);
    settings.put("jobmanager.rpc.port", String.valueOf(rpcPort));
    settings.put("jobmanager.bind-host", LOOPBACK);
    settings.put("blob.server.port", String.valueOf(blobPort));
    settings.put("rest.address", LOOPBACK);
    settings.put("rest.bind-address", LOOPBACK);
    settings.put("rest.port", String.valueOf(restPort));
    settings.put("rest.retry.max-attempts", "5");
    settings.put("rest.retry.delay", "500 ms");
    // Figures of checkpoints are cached for so long.
    settings.put("web.refresh-interval", "100 ms");
    settings.put("web.submit.enable", "false");
    settings.put("taskmanager.host", LOOPBACK);
    settings.put("taskmanager.bind-host", LOOPBACK);
    // One TaskManager alone can run a job of two subtasks while the other is away.
    settings.put("taskmanager.numberOfTaskSlots", "2");
    settings.put("taskmanager.load-balance.mode", "SLOTS");
    settings.put("taskmanager.cpu.cores", "1");
    settings.put("taskmanager.memory.framework.heap.size", "64m");
    settings.put("taskmanager.memory.task.heap.size", "192m");
    settings.put("taskmanager.memory.framework.off-heap.size", "64m");
    settings.put("taskmanager.memory.task.off-heap.size", "64m");
    settings.put("taskmanager.memory.managed.size", "0m");
    settings.put("taskmanager.memory.network.min", "32m");
    settings.put("taskmanager.memory.network.max", "32m");
    settings.put("taskmanager.memory.jvm-metaspace.size", "128m");
    settings.put("taskmanager.memory.jvm-overhead.min", "64m");
    settings.put("taskmanager.memory.jvm-overhead.max", "64m");
    settings.put("heartbeat.interval", "1 s");
    settings.put("heartbeat.timeout", "10 s");
    settings.put("execution.checkpointing.dir", checkpoints(folder).toUri().toString());
    settings.put(
        "execution.checkpointing.savepoint-dir", folder.resolve("savepoints").toUri().toString());
    settings.put(
        "execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
    return settings;
  }

  /** Where checkpoints lie. */
  static Path checkpoints(Path folder) {
    return folder.resolve("checkpoints");
  }

  /** Writes the settings as Flink's processes read them. */
  static void write(Map<String, String> settings, Path folder) throws IOException {
    Files.createDirectories(folder);
    StringBuilder yaml = new StringBuilder();
    settings.forEach((key, value) -> yaml.append(key).append(": ").append(value).append('\n'));
    Files.writeString(folder.resolve("config.yaml"), yaml);
  }

  /** Writes how processes log: to standard output, which is a file. */
  static Path writeLogging(Path folder) throws IOException {
    return Files.writeString(
        folder.resolve("log4j2.properties"),
        """
        status = error
        rootLogger.level = info
        rootLogger.appenderRef.console.ref = console
        appender.console.type = Console
        appender.console.name = console
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = %d{HH:mm:ss.SSS} %-5p %c{1} [%t] %m%n%throwable{30}
        logger.clients.name = org.apache.kafka.clients
        logger.clients.level = warn
        logger.settings.name = org.apache.kafka.common.config
        logger.settings.level = warn
        """);
  }
}
