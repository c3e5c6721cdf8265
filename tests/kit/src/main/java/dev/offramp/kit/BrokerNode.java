package dev.offramp.kit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.FaultHandlerFactory;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.ServerSocketFactory;
import org.apache.kafka.server.fault.LoggingFaultHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Broker and controller of a single-node cluster, put together as Kafka's own server does but for
 * two things. The controller's socket is bound before anybody must know its port, so no other
 * process can take it meanwhile. And a fault is logged: Kafka's own server would halt the JVM,
 * which here is the test's or the demo's.
 */
final class BrokerNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerNode.class);
  private static final String BROKER = "BROKER";
  private static final String CONTROLLER = "CONTROLLER";

  private final ControllerServer controller;
  private final BrokerServer broker;
  private final ServerSocketChannel controllerSocket;

  private BrokerNode(KafkaConfig config, ServerSocketChannel controllerSocket) {
    this.controllerSocket = controllerSocket;
    var stored = KafkaRaftServer.initializeLogDirs(config, LOG, "");
    FaultHandlerFactory faults = (name, fatal, action) -> new LoggingFaultHandler(name, action);
    ServerSocketFactory sockets =
        (listener, address, backlog, receiveBuffer) ->
            listener.equals(CONTROLLER)
                ? controllerSocket
                : ServerSocketFactory.INSTANCE.openServerSocket(
                    listener, address, backlog, receiveBuffer);
    var shared =
        new SharedServer(
            config,
            stored._1(),
            Time.SYSTEM,
            Server.initializeMetrics(config, Time.SYSTEM, stored._1().clusterId().orElseThrow()),
            CompletableFuture.completedFuture(
                QuorumConfig.parseVoterConnections(config.quorumConfig().voters())),
            List.of(),
            faults,
            sockets);
    controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), stored._2());
    broker = new BrokerServer(shared);
  }

  /**
   * Formats the folder, starts both and returns when the broker serves.
   *
   * @param secured a listener for clients beside the plain one; null: there is none
   */
  static BrokerNode start(Path folder, SecuredListener secured) throws IOException {
    ServerSocketChannel socket = ServerSocketChannel.open();
    try {
      // Kafka's acceptor registers it with a selector.
      socket.configureBlocking(false);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Map<String, String> properties = properties(folder, socket.socket().getLocalPort());
      List<String> more = List.of();
      if (secured != null) {
        properties.putAll(secured.properties());
        properties.merge("listeners", SecuredListener.NAME + "://127.0.0.1:0", BrokerNode::listed);
        properties.merge(
            "listener.security.protocol.map",
            SecuredListener.NAME + ":SASL_SSL",
            BrokerNode::listed);
        more = secured.formatArguments();
      }
      format(folder, properties, more);
      BrokerNode node = new BrokerNode(new KafkaConfig(properties, false), socket);
      try {
        node.controller.startup();
        node.broker.startup();
      } catch (RuntimeException e) {
        node.close();
        throw e;
      }
      return node;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** The broker's port. */
  int port() {
    return broker.boundPort(new ListenerName(BROKER));
  }

  /** The port of the secured listener, if there is one. */
  int securedPort() {
    return broker.boundPort(new ListenerName(SecuredListener.NAME));
  }

  @Override
  public void close() {
    broker.shutdown();
    controller.shutdown();
    try {
      controllerSocket.close();
    } catch (IOException e) {
      LOG.warn("the controller's socket did not close", e);
    }
  }

  private static String listed(String before, String next) {
    return before + ',' + next;
  }

  private static void format(Path folder, Map<String, String> properties, List<String> more)
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
  }

  private static Map<String, String> properties(Path folder, int controllerPort) {
    return new TreeMap<>(
        Map.ofEntries(
            Map.entry("process.roles", "broker,controller"),
            Map.entry("node.id", "1"),
            Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controllerPort),
            Map.entry("controller.listener.names", CONTROLLER),
            Map.entry("inter.broker.listener.name", BROKER),
            Map.entry(
                "listeners",
                "%s://127.0.0.1:0,%s://127.0.0.1:%d".formatted(BROKER, CONTROLLER, controllerPort)),
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
            Map.entry("log.cleaner.dedupe.buffer.size", String.valueOf(4 << 20))));
  }
}
