package dev.offramp.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where stages run. Immutable; any thread.
 *
 * @param cuda number of the CUDA card; -1: the CPU
 */
public record Device(int cuda) {
  /** The CPU. */
  public static final Device CPU = new Device(-1);

  private static final Logger LOG = LoggerFactory.getLogger(Device.class);

  /** Once a JVM is enough: every subtask asks. */
  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private static final String CUDA = "cuda:";
  private static final Pattern NAME = Pattern.compile("auto|cpu|" + CUDA + "\\d{1,4}");

  /**
   * The device of this name, checked: {@code cpu}, {@code cuda:N}, or {@code auto}, which is {@code
   * cuda:0} where that works and else the CPU.
   *
   * @throws IllegalArgumentException the name isn't one of these
   * @throws BundleException the card can't be used; the message names the missing library
   */
  public static Device of(String name) {
    if (name.equals("cpu")) {
      return CPU;
    }
    if (name.equals("auto")) {
      try {
        return new Device(0).checked();
      } catch (BundleException e) {
        if (WARNED.compareAndSet(false, true)) {
          LOG.warn("device auto: running on the CPU, since {}", e.getMessage());
        }
        return CPU;
      }
    }
    checkName(name);
    return new Device(Integer.parseInt(name.substring(CUDA.length()))).checked();
  }

  /**
   * Checks the name alone, where the device itself is on another machine.
   *
   * @throws IllegalArgumentException the name isn't one that {@link #of} knows
   */
  public static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "device must be auto, cpu or cuda:N (cuda:0 is the first card), not '%s'"
              .formatted(name));
    }
  }

  /** Session options for one runner thread: it computes by itself and no pool spins beside it. */
  SessionOptions sessionOptions() throws OrtException {
    // Without it a provider's complaint is that nobody logs, and not what it lacks.
    OrtEnvironment.getEnvironment();
    SessionOptions options = new SessionOptions();
    try {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      options.addConfigEntry("session.inter_op.allow_spinning", "0");
      options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
      if (cuda >= 0) {
        try (OrtCUDAProviderOptions provider = new OrtCUDAProviderOptions(cuda)) {
          options.addCUDA(provider);
        }
      }
      return options;
    } catch (OrtException | RuntimeException e) {
      options.close();
      throw e;
    }
  }

  /** Rows of a batch at most, whatever their length. */
  public int maxRows() {
    return cuda < 0 ? 32 : 512;
  }

  private Device checked() {
    try {
      sessionOptions().close();
      return this;
    } catch (OrtException e) {
      throw new BundleException(
          "%s can't be used: %s. Build with -Pgpu and install CUDA 12 and cuDNN 9, or set device: cpu"
              .formatted(this, e.getMessage().strip()),
          e);
    }
  }

  @Override
  public String toString() {
    return cuda < 0 ? "cpu" : "cuda:" + cuda;
  }
}
