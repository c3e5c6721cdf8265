package dev.offramp.kit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
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

  private final ControllerServer controller;
  private final BrokerServer broker;
  private final ServerSocketChannel controllerSocket;

  private BrokerNode(KafkaConfig config, ServerSocketChannel controllerSocket) {
    this.controllerSocket = controllerSocket;
    var stored = KafkaRaftServer.initializeLogDirs(config, LOG, "");
    FaultHandlerFactory faults = (name, fatal, action) -> new LoggingFaultHandler(name, action);
    ServerSocketFactory sockets =
        (listener, address, backlog, receiveBuffer) ->
            listener.equals(BrokerFolder.CONTROLLER)
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
      Map<String, String> properties =
          new TreeMap<>(BrokerFolder.properties(folder, 0, socket.socket().getLocalPort()));
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
      BrokerFolder.format(folder, properties, more);
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
    return broker.boundPort(new ListenerName(BrokerFolder.BROKER));
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
}
