package dev.offramp.kit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/** A broker's folder: its settings in {@code server.properties}, and its data. */
final class BrokerFolder {
  static final String BROKER = "BROKER";
  static final String CONTROLLER = "CONTROLLER";

  private BrokerFolder() {}

  /**
   * Settings of a node that is broker and controller in one.
   *
   * @param brokerPort where clients connect; 0: any that is free
   * @param controllerPort must be known before the start
   */
  static Map<String, String> properties(Path folder, int brokerPort, int controllerPort) {
    return Map.ofEntries(
        Map.entry("process.roles", "broker,controller"),
        Map.entry("node.id", "1"),
        Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controllerPort),
        Map.entry("controller.listener.names", CONTROLLER),
        Map.entry("inter.broker.listener.name", BROKER),
        Map.entry(
            "listeners",
            "%s://127.0.0.1:%d,%s://127.0.0.1:%d"
                .formatted(BROKER, brokerPort, CONTROLLER, controllerPort)),
        Map.entry(
            "listener.security.protocol.map",
            "%s:PLAINTEXT,%s:PLAINTEXT".formatted(BROKER, CONTROLLER)),
        Map.entry("log.dirs", folder.resolve("data").toString().replace('\\', '/')),
        Map.entry("auto.create.topics.enable", "false"),
        Map.entry("num.partitions", "1"),
        Map.entry("default.replication.factor", "1"),
        Map.entry("offsets.topic.replication.factor", "1"),
        Map.entry("transaction.state.log.replication.factor", "1"),
        Map.entry("transaction.state.log.min.isr", "1"),
        Map.entry("share.coordinator.state.topic.replication.factor", "1"),
        Map.entry("share.coordinator.state.topic.min.isr", "1"),
        // The default of fifty partitions each takes seconds of a small machine.
        Map.entry("offsets.topic.num.partitions", "2"),
        Map.entry("transaction.state.log.num.partitions", "2"),
        Map.entry("group.initial.rebalance.delay.ms", "0"),
        // One node has nobody to hand its partitions to.
        Map.entry("controlled.shutdown.enable", "false"),
        Map.entry("log.cleaner.dedupe.buffer.size", String.valueOf(4 << 20)));
  }

  /**
   * Writes the settings and formats the data's folder.
   *
   * @param more arguments of Kafka's format command
   * @return the file of settings
   */
  static Path format(Path folder, Map<String, String> properties, List<String> more)
      throws IOException {
    Path file = folder.resolve("server.properties");
    StringBuilder lines = new StringBuilder();
    properties.forEach((key, value) -> lines.append(key).append('=').append(value).append('\n'));
    Files.writeString(file, lines);
    var said = new ByteArrayOutputStream();
    List<String> command =
        new ArrayList<>(
            List.of("format", "-t", Uuid.randomUuid().toString(), "-c", file.toString()));
    command.addAll(more);
    int code;
    try (var out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
      code = StorageTool.execute(command.toArray(String[]::new), out);
    }
    if (code != 0) {
      throw new IllegalStateException(
          "formatting %s: %s".formatted(folder, said.toString(StandardCharsets.UTF_8).strip()));
    }
    return file;
  }
}
