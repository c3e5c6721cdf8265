package dev.offramp.runtime;

import dev.offramp.schemas.Reason;
import java.util.List;

/** A stage that failed on a batch. The message names bundle, stage and device. */
public final class InferenceException extends RuntimeException {
  /**
   * What ONNX Runtime says, somewhere in its message, when memory runs out. It has no code for it:
   * these are the words of its arena (a limit that is reached, no block of the size), of CUDA, of
   * cuBLAS and cuDNN, and of C++ on Linux and Windows.
   */
  private static final List<String> OUT_OF_MEMORY =
      List.of(
          "Failed to allocate memory",
          "is smaller than requested bytes",
          "Failed to find a free memory block",
          "out of memory",
          "ALLOC_FAILED",
          "ALLOCATION_FAILED",
          "Memory allocation failed",
          "bad_alloc",
          "bad allocation");

  private final Reason reason;

  InferenceException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** A failure that ONNX Runtime reports; its words tell whether memory ran out. */
  InferenceException(String message, Throwable cause) {
    this(
        OUT_OF_MEMORY.stream().anyMatch(message::contains)
            ? Reason.OUT_OF_MEMORY
            : Reason.INFERENCE_FAILED,
        message,
        cause);
  }

  /** INFERENCE_FAILED, OUT_OF_MEMORY, or NOT_FINITE for logits that are no numbers. */
  public Reason reason() {
    return reason;
  }
}
