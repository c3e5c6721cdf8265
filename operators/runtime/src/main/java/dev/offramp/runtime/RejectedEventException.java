package dev.offramp.runtime;

import dev.offramp.schemas.Reason;

/** An event that the bundle doesn't read. The message is for whoever sent it. */
public final class RejectedEventException extends Exception {
  private final Reason reason;

  /** An event refused for this reason. */
  public RejectedEventException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** The rule that it breaks. */
  public Reason reason() {
    return reason;
  }
}
