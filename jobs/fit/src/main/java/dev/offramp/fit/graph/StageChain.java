package dev.offramp.fit.graph;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.offramp.runtime.Manifest.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Stages run one after the other, each on what those before hand on. One thread. */
final class StageChain implements AutoCloseable {
  private final List<Stage> stages;
  private final List<OrtSession> sessions = new ArrayList<>();

  /**
   * Opens stages.
   *
   * @param models one for each stage, which may have more outputs than it
   * @throws IllegalArgumentException a model is no ONNX model
   */
  StageChain(List<Stage> stages, List<byte[]> models) {
    this.stages = stages;
    try {
      for (int k = 0; k < models.size(); k++) {
        sessions.add(Sessions.open("stage " + k, models.get(k)));
      }
    } catch (IllegalArgumentException e) {
      closeAfter(e);
      throw e;
    }
  }

  /**
   * Runs all stages.
   *
   * @param inputs all that the stages read of the backbone's inputs, by name
   */
  Run run(Map<String, OnnxTensor> inputs) throws OrtException {
    Run run = new Run(new ArrayList<>());
    boolean done = false;
    try {
      Map<String, OnnxTensorLike> known = new HashMap<>(inputs);
      for (int k = 0; k < sessions.size(); k++) {
        OrtSession.Result result = sessions.get(k).run(wanted(sessions.get(k), known));
        run.results.add(result);
        for (Tensor tensor : stages.get(k).gives()) {
          known.put(tensor.name(), tensor(result, tensor.name()));
        }
      }
      done = true;
      return run;
    } finally {
      if (!done) {
        run.close();
      }
    }
  }

  /**
   * What stages gave, theirs until it is closed.
   *
   * @param results one for each stage
   */
  record Run(List<OrtSession.Result> results) implements AutoCloseable {
    @Override
    public void close() {
      results.forEach(OrtSession.Result::close);
    }
  }

  /** Those of the known tensors that a session reads. */
  static Map<String, OnnxTensorLike> wanted(
      OrtSession session, Map<String, ? extends OnnxTensorLike> known) {
    Map<String, OnnxTensorLike> wanted = new HashMap<>();
    session.getInputNames().forEach(name -> wanted.put(name, known.get(name)));
    return wanted;
  }

  /** One output of a run. */
  static OnnxTensor tensor(OrtSession.Result result, String name) {
    return (OnnxTensor) result.get(name).orElseThrow();
  }

  private void closeAfter(IllegalArgumentException failure) {
    try {
      close();
    } catch (OrtException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public void close() throws OrtException {
    for (OrtSession session : sessions) {
      session.close();
    }
  }
}
