package dev.offramp.bench;

import java.util.List;

/** What a thread was at when it was looked at, told by its stack. */
enum Part {
  TOKENIZE("tokenize"),
  /** ONNX Runtime's own work. */
  INFER("infer"),
  /** Gathering batches, copying rows in and out, choosing what runs. */
  BATCH("batch"),
  /** Gates, temperatures, prediction sets, the record. */
  GATE("gate"),
  /** Bytes of a record into an event. */
  DECODE("decode"),
  /** Predictions into bytes, and handing them to a sink. */
  EMIT("emit"),
  FLINK("flink"),
  KAFKA_CLIENT("kafka-client"),
  KAFKA_BROKER("kafka-broker"),
  COLLECT("gc"),
  COMPILE("jit"),
  /** The benchmark itself, and native threads that nobody knows. */
  OTHER("other");

  /** Decides where a frame's class or method begins so. */
  private record Rule(String beginning, Part part) {}

  /** The first that fits decides. */
  private static final List<Rule> RULES =
      List.of(
          new Rule("ai.djl.huggingface.tokenizers.", TOKENIZE),
          new Rule("dev.offramp.runtime.Intake.", TOKENIZE),
          new Rule("dev.offramp.runtime.Text", TOKENIZE),
          new Rule("ai.onnxruntime.OrtSession.", INFER),
          new Rule("ai.onnxruntime.", BATCH),
          new Rule("dev.offramp.runtime.Exits", GATE),
          new Rule("dev.offramp.runtime.ExitState", GATE),
          new Rule("dev.offramp.runtime.Gate", GATE),
          new Rule("dev.offramp.runtime.Foresight", GATE),
          new Rule("dev.offramp.runtime.Measure", GATE),
          new Rule("dev.offramp.runtime.OutOfScope", GATE),
          new Rule("dev.offramp.runtime.Prediction", GATE),
          new Rule("dev.offramp.runtime.Ranking", GATE),
          new Rule("dev.offramp.runtime.Scores", GATE),
          new Rule("dev.offramp.runtime.", BATCH),
          new Rule("dev.offramp.stream.AvroRecords", EMIT),
          new Rule("dev.offramp.stream.DeadLetterRecords", EMIT),
          new Rule("dev.offramp.stream.", DECODE),
          new Rule("dev.offramp.flink.EarlyExitOperator.emit", EMIT),
          new Rule("dev.offramp.bench.", OTHER),
          new Rule("org.apache.kafka.clients.", KAFKA_CLIENT),
          new Rule("org.apache.flink.connector.kafka.sink.", EMIT),
          new Rule("org.apache.flink.connector.kafka.", KAFKA_CLIENT),
          new Rule("org.apache.flink.", FLINK));

  /** Where threads wait in native code, which is no work. */
  private static final List<String> IDLE =
      List.of(
          "sun.nio.ch.EPoll.wait",
          "sun.nio.ch.KQueue.poll",
          "sun.nio.ch.Net.accept",
          "sun.nio.ch.Net.poll",
          "java.net.PlainSocketImpl.socketAccept");

  private final String word;

  Part(String word) {
    this.word = word;
  }

  /** As it is written in results. */
  String word() {
    return word;
  }

  /**
   * What a thread was at.
   *
   * @param kind of the thread
   * @param frames of its stack, {@code class.method}, the innermost first
   */
  static Part of(ThreadKind kind, List<String> frames) {
    if (kind == ThreadKind.KAFKA_BROKER) {
      return KAFKA_BROKER;
    }
    for (String frame : frames) {
      for (Rule rule : RULES) {
        if (frame.startsWith(rule.beginning)) {
          return rule.part;
        }
      }
    }
    return switch (kind) {
      case RUNNER -> BATCH;
      case FLINK -> FLINK;
      case KAFKA_CLIENT -> KAFKA_CLIENT;
      case COLLECTOR -> COLLECT;
      case COMPILER -> COMPILE;
      default -> OTHER;
    };
  }

  /** Whether a thread in native code only waited there. */
  static boolean idle(List<String> frames) {
    return !frames.isEmpty() && IDLE.contains(frames.get(0));
  }
}
