package dev.offramp.runtime;

import com.google.errorprone.annotations.FormatMethod;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Chooses the operating point by load, so that the latency budget holds. Too many late or forced
 * events, or a runner that is always busy (its input waits unread, where no deadline sees it), move
 * it to cheaper points: by one, then by two, by four while that doesn't help. Calm moves it back
 * one point at a time, if the load measured here leaves room there; a try that fails makes the next
 * ones rarer. What no point can mend is left to forced exits.
 *
 * <p>Pure: the same observations give the same moves, whenever they are made. One thread.
 */
public final class BudgetController {
  /**
   * An operating point.
   *
   * @param accuracy expected, in [0, 1]
   * @param cost expected, in [0, 1]
   */
  public record Point(String name, double accuracy, double cost) {}

  /**
   * What is asked for.
   *
   * @param allowance share of events that may be late or forced, between 0 and 1: .01 to keep the
   *     budget at the 99th percentile
   * @param accuracyFloor expected accuracy that no point may fall below, in [0, 1]; 0: none
   */
  public record Settings(double allowance, double accuracyFloor) {
    /** Checks the ranges. */
    public Settings {
      if (!(allowance > 0 && allowance < 1)) {
        throw new IllegalArgumentException(
            "share of events that may be late must lie between 0 and 1: " + allowance);
      }
      if (!(accuracyFloor >= 0 && accuracyFloor <= 1)) {
        throw new IllegalArgumentException("accuracy floor must lie in [0, 1]: " + accuracyFloor);
      }
    }
  }

  /**
   * What happened since the last observation. Values out of range are taken as the nearest in it: a
   * rounded measurement must not end a job.
   *
   * @param nowMicros when it ends, microseconds of any clock; one that goes back stands still
   * @param events that left
   * @param late of the events, after their deadline
   * @param forced of the events, because of their deadline, in time or not; what is late as well
   *     counts twice, but never more than all
   * @param busy share of the runner's time that its work needs, in [0, 1]. Best measured so: the
   *     time that it computed, that of a batch below the knee in proportion to its fill (small
   *     batches keep a runner busy that could do more), and all the time that input was held back
   */
  public record Observation(long nowMicros, long events, long late, long forced, double busy) {}

  /**
   * Another point from now on.
   *
   * @param from index of the point before
   * @param to index of the point from now on
   * @param why a sentence with the figures, for the log
   */
  public record Move(int from, int to, String why) {}

  /** Events beyond the allowance that are pressure: more than one batch by bad luck. */
  private static final double EXCESS_EVENTS = 15;

  /** Events beyond half the allowance that are no calm. */
  private static final double STRAIN_EVENTS = 8;

  /** Part of the strain that is not calm yet: few events need longer than the wait to tell. */
  private static final double CALM = 0.25;

  /** A runner busier than this can't keep up for long. */
  private static final double SATURATED = 0.97;

  /** Seconds that a runner may be wholly busy: chance alone does that to one that can keep up. */
  private static final double SATURATED_SECONDS = 1.5;

  /** How busy a dearer point may be expected to make the runner. */
  private static final double ROOM = 0.8;

  /** Part of the usual evidence that says that the last move didn't help. */
  private static final double PERSISTING = 0.25;

  /** Seconds after a move in which pressure is the same as before. */
  private static final double PERSISTS = 2;

  /** Seconds after a move whose events may have been admitted before it. */
  private static final double SETTLE = 0.25;

  /** Seconds after a move to a cheaper point in which dear events are still computed. */
  private static final double STEADY = 1;

  /** Seconds of calm before a move to a dearer point, at first. */
  private static final double WAIT = 2;

  /** The same at most, after moves that failed. */
  private static final double LONGEST_WAIT = 256;

  /** By how much a move to a dearer point that failed lengthens the wait for the next. */
  private static final double BACKING_OFF = 4;

  /** Seconds of calm in which a longer wait halves. */
  private static final double HALVING = 300;

  /** Seconds after a move to a dearer point in which pressure means that it failed. */
  private static final double PROBATION = 60;

  private final List<Point> points;
  private final Settings settings;
  private final int configured;
  private final int cheapest;
  private final Excess lateness;
  private final Excess strain;
  private final Excess saturation = new Excess(SATURATED, (1 - SATURATED) * SATURATED_SECONDS);
  private final ServiceTimes serviceTimes;
  private int point;
  private int step = 1;
  private boolean begun;
  private long lastMicros;
  private double time;
  private double movedAt = Double.NEGATIVE_INFINITY;
  private double steadyFrom = Double.NEGATIVE_INFINITY;
  private double pressedUntil = Double.NEGATIVE_INFINITY;
  private double triedAt = Double.NEGATIVE_INFINITY;
  private double calmSince;
  private double wait = WAIT;
  private double busy;
  private double busyWeight;

  /**
   * Begins at the configured point.
   *
   * @param points in ascending order of cost
   * @param configured index of the point to run at while load allows; no dearer one is used
   * @throws IllegalArgumentException no such point, costs that fall, or a floor above what the
   *     configured point is expected to reach
   */
  public BudgetController(List<Point> points, int configured, Settings settings) {
    this.points = List.copyOf(points);
    this.settings = settings;
    this.configured = configured;
    this.cheapest = cheapest();
    this.point = configured;
    this.lateness = new Excess(settings.allowance(), EXCESS_EVENTS);
    this.strain = new Excess(settings.allowance() / 2, STRAIN_EVENTS);
    this.serviceTimes = new ServiceTimes(this.points.stream().mapToDouble(Point::cost).toArray());
  }

  private int cheapest() {
    if (configured < 0 || configured >= points.size()) {
      throw new IllegalArgumentException(
          "operating point %d: there are %d".formatted(configured, points.size()));
    }
    for (int i = 1; i < points.size(); i++) {
      if (!(points.get(i).cost() >= points.get(i - 1).cost())) {
        throw new IllegalArgumentException(
            "operating points must be in ascending order of cost: %s after %s"
                .formatted(points.get(i), points.get(i - 1)));
      }
    }
    double floor = settings.accuracyFloor();
    if (!(points.get(configured).accuracy() >= floor)) {
      throw new IllegalArgumentException(
          "accuracy floor %s: point %s is expected to reach %s; lower the floor or run at a dearer point"
              .formatted(floor, points.get(configured).name(), points.get(configured).accuracy()));
    }
    int lowest = configured;
    while (lowest > 0 && points.get(lowest - 1).accuracy() >= floor) {
      lowest--;
    }
    return lowest;
  }

  /** Index of the point to admit events at. */
  public int point() {
    return point;
  }

  /**
   * Takes in what happened; to be called about every 100 ms, but any interval works.
   *
   * @return the move that it led to, if it did; {@link #point} is the new one then
   */
  public Optional<Move> observe(Observation o) {
    double seconds = secondsUntil(o.nowMicros());
    time += seconds;
    if (time - movedAt < SETTLE) {
      return Optional.empty();
    }
    takeIn(o, seconds);
    double evidence = time <= pressedUntil ? PERSISTING : 1;
    if (lateness.over(evidence) || saturation.over(evidence)) {
      return cheaper(lateness.over(evidence));
    }
    if (strain.over(1)) {
      strain.reset();
      calmSince = time;
    }
    boolean calm = time - calmSince >= currentWait() && !strain.over(CALM);
    return calm ? dearer() : Optional.empty();
  }

  private double secondsUntil(long micros) {
    double seconds = begun ? Math.max(0, ((double) micros - lastMicros) / 1e6) : 0;
    begun = true;
    lastMicros = micros;
    return seconds;
  }

  private void takeIn(Observation o, double seconds) {
    long events = Math.max(0, o.events());
    long late = Math.min(events, Math.max(0, o.late()));
    long forced = Math.min(events, Math.max(0, o.forced()));
    double share = o.busy() >= 0 ? Math.min(1, o.busy()) : 0;
    double all = (double) events;
    double bad = Math.min(all, (double) late + forced);
    lateness.add(bad, all);
    strain.add(bad, all);
    saturation.add(share * seconds, seconds);
    if (time >= steadyFrom && seconds > 0) {
      // Forced ones hardly computed: with them, a point under pressure would seem to be cheap.
      serviceTimes.observe(point, events - forced, share * seconds, time);
    }
    double kept = Math.exp(-seconds / currentWait());
    busy += (1 - kept) * (share - busy);
    busyWeight = 1 - kept * (1 - busyWeight);
  }

  private Optional<Move> cheaper(boolean byLateness) {
    String why = byLateness ? lateWhy() : busyWhy();
    wait = currentWait();
    if (time - triedAt <= PROBATION) {
      wait = Math.min(LONGEST_WAIT, BACKING_OFF * wait);
      triedAt = Double.NEGATIVE_INFINITY;
    }
    step = time <= pressedUntil ? Math.min(points.size(), 2 * step) : 1;
    pressedUntil = time + SETTLE + PERSISTS;
    return move(Math.max(cheapest, point - step), why);
  }

  private Optional<Move> dearer() {
    if (point == configured) {
      return Optional.empty();
    }
    double here = busy / busyWeight;
    double expected = here * serviceTimes.ratio(point, point + 1, time);
    if (expected > ROOM) {
      return Optional.empty();
    }
    String why =
        said(
            "calm for %.1f s, busy %.0f %% and likely %.0f %% at the dearer point",
            time - calmSince, 100 * here, 100 * expected);
    wait = currentWait();
    triedAt = time;
    pressedUntil = Double.NEGATIVE_INFINITY;
    return move(point + 1, why);
  }

  private double currentWait() {
    return Math.max(WAIT, wait * Math.pow(0.5, (time - calmSince) / HALVING));
  }

  private Optional<Move> move(int to, String why) {
    int from = point;
    lateness.reset();
    strain.reset();
    saturation.reset();
    calmSince = time;
    if (to == from) {
      return Optional.empty();
    }
    busy = 0;
    busyWeight = 0;
    movedAt = time;
    steadyFrom = time + (to < from ? STEADY : SETTLE);
    point = to;
    return Optional.of(
        new Move(
            from,
            to,
            "Point %s to %s: %s".formatted(points.get(from).name(), points.get(to).name(), why)));
  }

  private String lateWhy() {
    return said(
        "%.0f of %.0f events late or forced, %.1f %%, of which %.1f %% may be",
        lateness.amount(),
        lateness.whole(),
        100 * lateness.amount() / lateness.whole(),
        100 * settings.allowance());
  }

  private String busyWhy() {
    return said(
        "busy %.0f %% of the last %.1f s, so input waits unread",
        100 * saturation.amount() / saturation.whole(), saturation.whole());
  }

  @FormatMethod
  private static String said(String format, Object... figures) {
    return String.format(Locale.ROOT, format, figures);
  }
}
