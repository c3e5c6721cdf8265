package dev.offramp.runtime;

import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.RunOptions;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * One stage on one device, shared by all who serve it in this JVM: the first to ask loads it, the
 * last to close unloads it. Runs may come from several threads at once.
 */
final class StageSession implements AutoCloseable {
  private record Key(String bundle, int stage, Device device) {}

  private static final Map<Key, StageSession> SHARED = new HashMap<>();
  private static final Map<Key, CostCurve> CURVES = new ConcurrentHashMap<>();

  private final Key key;
  private final String name;
  private final OrtSession session;
  private final RunOptions quiet;
  private int users;

  private StageSession(Key key, String name, OrtSession session) throws OrtException {
    this.key = key;
    this.name = name;
    this.session = session;
    this.quiet = new RunOptions();
    // Its errors are thrown; a stream of bad events must not fill the log with them too.
    quiet.setLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
  }

  /**
   * The session of stage k of a bundle, loaded if nobody has it yet.
   *
   * @throws BundleException ONNX Runtime refuses the file
   */
  static StageSession open(Bundle bundle, int stage, Device device) {
    Key key = new Key(bundle.manifest().id(), stage, device);
    synchronized (SHARED) {
      StageSession session = SHARED.computeIfAbsent(key, k -> load(k, bundle));
      session.users++;
      return session;
    }
  }

  /** How many sessions this JVM holds. */
  static int open() {
    synchronized (SHARED) {
      return SHARED.size();
    }
  }

  /**
   * Runs the stage.
   *
   * @param inputs by name; owned by the caller
   * @param outputs by name, filled in place; owned by the caller
   * @throws InferenceException ONNX Runtime fails
   */
  void run(Map<String, ? extends OnnxTensorLike> inputs, Map<String, ? extends OnnxValue> outputs) {
    try {
      session.run(inputs, Set.of(), outputs, quiet).close();
    } catch (OrtException e) {
      throw new InferenceException("%s failed: %s".formatted(this, e.getMessage()), e);
    }
  }

  /** Names stage, bundle and device. */
  @Override
  public String toString() {
    return "%s of bundle %s on %s".formatted(name, key.bundle, key.device);
  }

  /**
   * The stage's cost curve on this device; a copy of its own for each who asks. The first in this
   * JVM to ask measures, others wait; it stays known when the stage is unloaded.
   */
  CostCurve curve(Supplier<CostCurve> measure) {
    return CURVES.computeIfAbsent(key, k -> measure.get()).copy();
  }

  /** The inputs of its graph. */
  Set<String> inputs() {
    return session.getInputNames();
  }

  @Override
  public void close() {
    synchronized (SHARED) {
      if (--users == 0) {
        SHARED.remove(key);
        quiet.close();
        try {
          session.close();
        } catch (OrtException e) {
          throw new IllegalStateException("closing " + name + ": " + e.getMessage(), e);
        }
      }
    }
  }

  private static StageSession load(Key key, Bundle bundle) {
    String name = bundle.manifest().stages().get(key.stage).file();
    try (SessionOptions options = key.device.sessionOptions()) {
      String path = bundle.file(name).toString();
      return new StageSession(
          key, name, OrtEnvironment.getEnvironment().createSession(path, options));
    } catch (OrtException e) {
      if (Files.notExists(bundle.file(name))) {
        throw BundleException.missing(bundle.file(name), e);
      }
      throw new BundleException(
          "%s can't be loaded on %s: %s".formatted(bundle.file(name), key.device, e.getMessage()),
          e);
    }
  }
}
