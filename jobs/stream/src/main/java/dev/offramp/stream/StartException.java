package dev.offramp.stream;

/** Why a job whose options are right can't start. The message is for the person who starts it. */
public final class StartException extends RuntimeException {
  /** With a message that says what is wrong, where, and what to do. */
  public StartException(String message) {
    super(message);
  }
}
