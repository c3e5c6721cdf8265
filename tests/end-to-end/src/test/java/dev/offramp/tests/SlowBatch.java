package dev.offramp.tests;

import ai.onnxruntime.OrtSession;
import java.util.Arrays;
import java.util.List;

/** Sees whether one of this JVM's runner threads is inside ONNX Runtime. */
final class SlowBatch {
  private SlowBatch() {}

  /** Whether a batch runs just now. */
  static boolean runs() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(e -> e.getKey().getName().startsWith("offramp "))
        .flatMap(e -> Arrays.stream(e.getValue()))
        .anyMatch(frame -> frame.getClassName().equals(OrtSession.class.getName()));
  }

  /** The names of the runner threads. */
  static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("offramp "))
        .toList();
  }
}
