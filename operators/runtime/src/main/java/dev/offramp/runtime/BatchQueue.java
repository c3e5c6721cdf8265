package dev.offramp.runtime;

import java.util.List;

/** The events that wait for one stage, and the batches they make. One thread. */
public interface BatchQueue {
  /** Takes in an event whose {@link InFlight#latestMicros} says when it must run. */
  void add(InFlight event);

  /** Takes in the survivors of a batch. */
  default void addAll(List<InFlight> survivors) {
    survivors.forEach(this::add);
  }

  /** How many wait. */
  int size();

  /** Tokens of all that wait, without padding. */
  long tokens();

  /**
   * What the best batch at hand is worth: its tokens a microsecond, padding not counted, over the
   * most that the stage can do. Near 1 nothing is won by waiting for more events, as it isn't when
   * the rows are as many as may be; 0 if none waits.
   */
  double worth();

  /** The event that is in the greatest hurry; null if none waits. */
  InFlight mostUrgent();

  /** When that event must run at the latest, microseconds; the far future if none waits. */
  default long latestMicros() {
    InFlight urgent = mostUrgent();
    return urgent == null ? Long.MAX_VALUE : urgent.latestMicros;
  }

  /** Takes the best batch out: one event or more, none if nothing waits. */
  List<InFlight> best();

  /**
   * Takes out a batch with an event that waits.
   *
   * @param urgent as {@link #mostUrgent} gives it
   * @param mostMicros the batch may take, if the event alone doesn't already
   */
  List<InFlight> with(InFlight urgent, double mostMicros);
}
