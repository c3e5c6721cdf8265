package dev.offramp.bench.latency;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * When events are due, whatever becomes of the earlier ones: stretches of time, each at a rate of
 * its own. The number of events due by a time grows in proportion to it within a stretch; event i
 * is due when that number reaches i, so the first is due at once. Immutable; any thread.
 */
final class Schedule {
  private static final double ROUNDING = 1e-6;

  /**
   * A time at one rate.
   *
   * @param length positive
   * @param eventsPerSecond positive
   */
  record Stretch(Duration length, double eventsPerSecond) {
    Stretch {
      if (length.isNegative() || length.isZero()) {
        throw new IllegalArgumentException("a stretch's length must be positive: " + length);
      }
      if (!(eventsPerSecond > 0 && Double.isFinite(eventsPerSecond))) {
        throw new IllegalArgumentException(
            "a rate must be positive and finite: %s events/s".formatted(eventsPerSecond));
      }
    }

    private double micros() {
      return length.toNanos() / 1e3;
    }

    private double events() {
      return eventsPerSecond * micros() / 1e6;
    }
  }

  private final List<Stretch> stretches;
  private final long events;

  private Schedule(List<Stretch> stretches) {
    if (stretches.isEmpty()) {
      throw new IllegalArgumentException("a schedule must have a stretch");
    }
    this.stretches = List.copyOf(stretches);
    double all = stretches.stream().mapToDouble(Stretch::events).sum();
    this.events = (long) Math.ceil(all - ROUNDING);
  }

  /** One rate all the time. */
  static Schedule steady(double eventsPerSecond, Duration length) {
    return new Schedule(List.of(new Stretch(length, eventsPerSecond)));
  }

  /** This schedule and then so long at another rate. */
  Schedule then(double eventsPerSecond, Duration length) {
    List<Stretch> all = new ArrayList<>(stretches);
    all.add(new Stretch(length, eventsPerSecond));
    return new Schedule(all);
  }

  /** How many events there are. */
  long events() {
    return events;
  }

  /** From the first event to the end, microseconds. */
  long lengthMicros() {
    return Math.round(stretches.stream().mapToDouble(Stretch::micros).sum());
  }

  /**
   * When an event is due.
   *
   * @param event its number, from 0
   * @return microseconds from the schedule's begin
   */
  long dueMicros(long event) {
    double left = event;
    double micros = 0;
    for (int i = 0; i < stretches.size(); i++) {
      Stretch s = stretches.get(i);
      if (left < s.events() || i == stretches.size() - 1) {
        return Math.round(micros + left / s.eventsPerSecond() * 1e6);
      }
      left -= s.events();
      micros += s.micros();
    }
    throw new AssertionError("the last stretch returns");
  }

  /**
   * How many events are due by a time.
   *
   * @param micros from the schedule's begin
   */
  long dueBy(long micros) {
    long low = 0;
    long high = events;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (dueMicros(middle) <= micros) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
