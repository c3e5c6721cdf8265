package dev.offramp.schemas;

/** Bytes that are no record of the schema asked for. The message says what is wrong with them. */
public final class MalformedRecordException extends Exception {
  private final Reason reason;

  MalformedRecordException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** {@link Reason#INVALID_UTF8} for a string that is none, else {@link Reason#UNDECODABLE}. */
  public Reason reason() {
    return reason;
  }
}
