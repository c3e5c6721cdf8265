package dev.offramp.stream;

import dev.offramp.schemas.Event;
import dev.offramp.schemas.Reason;

/** What a format makes of a record's bytes. */
sealed interface Decoded {
  /** An event. */
  record Good(Event event) implements Decoded {}

  /**
   * No event.
   *
   * @param reason the code for the dead letter
   * @param message what is wrong, in words
   */
  record Bad(Reason reason, String message) implements Decoded {}
}
