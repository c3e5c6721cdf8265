package dev.offramp.fit.graph;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;

/** Opens ONNX Runtime sessions as fit uses them: one thread a call, many calls at once. */
final class Sessions {
  private Sessions() {}

  /**
   * Opens a session on the CPU.
   *
   * @param name what it is, for the error
   * @param onnx the model
   * @throws IllegalArgumentException says what ONNX Runtime has against the model
   */
  static OrtSession open(String name, byte[] onnx) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      // Its errors are thrown; what it logs of them beside is no message for a user.
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      // A thread that waits in a loop takes the core from the runner beside it.
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      return OrtEnvironment.getEnvironment().createSession(onnx, options);
    } catch (OrtException e) {
      throw new IllegalArgumentException(
          "ONNX Runtime can't load %s: %s".formatted(name, e.getMessage()), e);
    }
  }
}
