package dev.offramp.bench;

import java.util.List;
import java.util.regex.Pattern;

/** Whose work a thread does, told by its name. */
enum ThreadKind {
  /** Offramp's own: tokenizing, inference, gates. */
  RUNNER("runner"),
  /** Flink's tasks, its dispatchers and timers. */
  FLINK("flink"),
  /** Kafka's producers and consumers. */
  KAFKA_CLIENT("kafka-client"),
  /** The broker. */
  KAFKA_BROKER("kafka-broker"),
  /** The virtual machine's garbage collector. */
  COLLECTOR("gc"),
  /** The virtual machine's compilers. */
  COMPILER("jit"),
  /** All else in Java. */
  OTHER("other");

  private static final List<String> CLIENT =
      List.of(
          "Source Data Fetcher",
          "kafka-producer-network-thread",
          "kafka-coordinator-heartbeat-thread",
          "kafka-admin-client-thread");

  private static final List<String> BROKER =
      List.of(
          "data-plane-kafka-",
          "kafka-",
          "raft-",
          "broker-",
          "controller-",
          "quorum-controller-",
          "group-coordinator-",
          "transaction-",
          "metadata-",
          "ExpirationReaper-",
          "executor-",
          "client-metrics-",
          "share-",
          "network-partition-",
          "persister-state-",
          "PersisterStateManager",
          "AddPartitionsToTxnSenderThread-",
          "LogDirFailureHandler",
          "TxnMarkerSenderThread-",
          "NodeToController",
          "ThrottledChannelReaper-",
          "SensorExpiryThread");

  private static final List<String> FLINK_OTHER =
      List.of(
          "flink-",
          "Flink",
          "OutputFlusher",
          "Time Trigger",
          "jobmanager",
          "taskmanager",
          "resourcemanager",
          "BLOB Server",
          "AsyncOperations-",
          "metrics-meter-tick-",
          "mini-cluster-",
          "Checkpoint Timer",
          "SourceCoordinator-");

  /** A task: its name, its subtask of how many, its attempt. */
  private static final Pattern TASK = Pattern.compile(".*\\(\\d+/\\d+\\)#\\d+.*");

  private final String word;

  ThreadKind(String word) {
    this.word = word;
  }

  /** As it is written in results. */
  String word() {
    return word;
  }

  /** The kind of the Java thread of this name. */
  static ThreadKind of(String name) {
    if (name.startsWith("offramp ")) {
      return RUNNER;
    }
    if (begins(name, CLIENT)) {
      return KAFKA_CLIENT;
    }
    if (TASK.matcher(name).matches() || begins(name, FLINK_OTHER)) {
      return FLINK;
    }
    return begins(name, BROKER) ? KAFKA_BROKER : OTHER;
  }

  private static boolean begins(String name, List<String> beginnings) {
    return beginnings.stream().anyMatch(name::startsWith);
  }
}
