package dev.offramp.bench.latency;

/**
 * A schedule that has begun: which events arrive when by the clock.
 *
 * @param schedule when they are due
 * @param first number of the first event
 * @param startMicros when it is due, microseconds since the epoch
 */
record Arrivals(Schedule schedule, long first, long startMicros) {
  /** The number after the last event's. */
  long end() {
    return first + schedule.events();
  }

  /** Whether an event of this number is among them. */
  boolean holds(long number) {
    return number >= first && number < end();
  }

  /** When the event of this number arrives, microseconds since the epoch. */
  long dueMicros(long number) {
    return startMicros + schedule.dueMicros(number - first);
  }

  /** How many have arrived by a time. */
  long dueBy(long micros) {
    return schedule.dueBy(micros - startMicros);
  }

  /** When the schedule ends, microseconds since the epoch. */
  long endMicros() {
    return startMicros + schedule.lengthMicros();
  }
}
