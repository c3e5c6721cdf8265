package dev.offramp.fit.graph;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.util.Map;

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
      // A thread that waits in a loop takes the core from the runner beside it.
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      return OrtEnvironment.getEnvironment().createSession(onnx, options);
    } catch (OrtException e) {
      throw new IllegalArgumentException(
          "ONNX Runtime can't load %s: %s".formatted(name, e.getMessage()), e);
    }
  }

  /** Runs a session whose failure is expected: ONNX Runtime doesn't log it, it is thrown only. */
  static OrtSession.Result runQuietly(OrtSession session, Map<String, OnnxTensor> inputs)
      throws OrtException {
    try (OrtSession.RunOptions quiet = new OrtSession.RunOptions()) {
      quiet.setLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      return session.run(inputs, session.getOutputNames(), quiet);
    }
  }
}
