package dev.offramp.runtime;

/** A stage that failed on a batch. The message names bundle, stage and batch. */
public final class InferenceException extends RuntimeException {
  InferenceException(String message, Throwable cause) {
    super(message, cause);
  }
}
