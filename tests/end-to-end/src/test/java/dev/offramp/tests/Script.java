package dev.offramp.tests;

import dev.offramp.runtime.TinyBundle;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.Reason;
import java.util.Optional;
import java.util.Random;

/**
 * What a stream of events holds and what must become of it: each event is known by its number.
 * Every 250th has a blank text, which must become a dead letter.
 *
 * @param seed of the texts
 * @param poison whether every 1000th event, from 500 on, has a word that stage 0 fails on
 */
record Script(long seed, boolean poison) {
  private static final int BLANK_EVERY = 250;
  private static final int POISON_EVERY = 1000;
  private static final String PREFIX = "event-";

  /** The event's id. */
  static String id(int number) {
    return PREFIX + number;
  }

  /** The event of this number, from 0. */
  Event event(int number) {
    String text = TinyBundle.text(new Random(seed + number));
    return new Event(
        id(number),
        switch (fate(number).orElse(Reason.UNKNOWN)) {
          case EMPTY_TEXT -> " ";
          case INFERENCE_FAILED -> text + " poison";
          default -> text;
        },
        null,
        null);
  }

  /** Why the event must become a dead letter; empty: it must be predicted. */
  Optional<Reason> fate(int number) {
    if (number % BLANK_EVERY == BLANK_EVERY - 1) {
      return Optional.of(Reason.EMPTY_TEXT);
    }
    if (poison && number % POISON_EVERY == POISON_EVERY / 2) {
      return Optional.of(Reason.INFERENCE_FAILED);
    }
    return Optional.empty();
  }
}
