package dev.offramp.runtime;

import java.util.List;

/**
 * Says when events must run, by forecasts from the stages' cost curves: in time to reach the last
 * exit alone behind one more batch, and in any case after their wait and the time that all before
 * them takes. A part of each budget is kept for the way out of the engine. One thread.
 */
final class Schedule {
  /** This share of a budget is kept for the way out. */
  private static final int WAY_OUT = 10;

  /** What a batch ago counts, for the mean work of an event. */
  private static final double FADING = 0.999;

  /** Events that say what one takes. */
  private static final int SOME = 100;

  /** So many may be in flight in any case: fewer would leave batches empty. */
  private static final int FEWEST = 16;

  /** The same where nothing has to be in time: enough to choose like lengths from. */
  static final int FEWEST_PATIENT = 256;

  private static final double DRAIN_MICROS = 2_000_000;

  private final List<CostCurve> curves;
  private final ServingOptions options;
  private final long waitMicros;

  /** All stages' multiply-adds from this engine's last stage on, over that stage's own. */
  private final double beyond;

  private double longestBatch;

  /** Microseconds of work, and events that left, lately: older ones count less and less. */
  private double worked;

  private double left;

  /**
   * The schedule of an engine.
   *
   * @param end the stage behind its last
   * @param curves of its stages
   */
  Schedule(Manifest manifest, int end, List<CostCurve> curves, ServingOptions options) {
    this.curves = curves;
    this.options = options;
    this.waitMicros = options.waitMicros();
    this.beyond = beyond(manifest, end);
    refresh();
  }

  /**
   * Plans when an event must run at stage k of the engine, behind so many that wait. An event that
   * has passed no exit and can't be in time any more waits like one without a budget, so that it
   * doesn't make others late.
   */
  void plan(InFlight event, int k, long now, int waiting) {
    double latest = now + waitMicros + (left > 0 ? waiting * worked / left : 0);
    if (event.hasBudget()) {
      double due = deadline(event) - alone(k, event.length());
      if (event.stage() > 0 || due >= now) {
        latest = Math.min(latest, due - longestBatch);
      }
    }
    event.latestMicros = (long) latest;
  }

  /** Whether an event could not pass stage k in time, even alone. */
  boolean tooLate(InFlight event, int k, long now) {
    return event.hasBudget() && now + curves.get(k).micros(1, event.length()) > deadline(event);
  }

  /**
   * How long a batch at stage k may take that has this event, so that it can reach the last exit in
   * time; any time if it can't.
   */
  double mostMicros(InFlight event, int k, long now) {
    double most = deadline(event) - now - alone(k + 1, event.length());
    return most > curves.get(k).micros(1, event.length()) ? most : Double.MAX_VALUE;
  }

  /**
   * How many events may be in flight, so that what comes next can still be in time: as many as half
   * a budget is enough for, at what an event takes now.
   */
  int timely() {
    if (options.budget() == null || left < SOME) {
      return Integer.MAX_VALUE;
    }
    double micros = Math.max(1, worked / left);
    return (int) Math.max(FEWEST, Math.min(1e9, options.budgetMicros() / 2.0 / micros));
  }

  /**
   * How many events may be in flight so that all can leave soon, as they must before a checkpoint:
   * as many as {@value #DRAIN_MICROS} microseconds are enough for, at what an event takes now; few
   * until that is known.
   */
  int soonDone() {
    if (left < SOME) {
      return FEWEST_PATIENT;
    }
    return (int) Math.max(FEWEST_PATIENT, Math.min(1e9, DRAIN_MICROS / Math.max(1, worked / left)));
  }

  /** Work was done, microseconds. */
  void worked(double micros) {
    worked += micros;
  }

  /** An event left. */
  void left() {
    left++;
  }

  /** A batch begins: what was before counts less. */
  void fade() {
    worked *= FADING;
    left *= FADING;
  }

  /** The curves have changed. */
  void refresh() {
    longestBatch = 0;
    for (CostCurve curve : curves) {
      longestBatch = Math.max(longestBatch, curve.micros(curve.knee()));
    }
  }

  private static double deadline(InFlight event) {
    return event.hasBudget()
        ? event.deadlineMicros() - event.budgetMicros / (double) WAY_OUT
        : Double.MAX_VALUE;
  }

  /** Microseconds that an event takes by itself from a stage to the network's last exit. */
  private double alone(int from, int length) {
    double sum = 0;
    for (int k = from; k < curves.size(); k++) {
      double micros = curves.get(k).micros(1, length);
      sum += k == curves.size() - 1 ? micros * beyond : micros;
    }
    return sum;
  }

  private static double beyond(Manifest manifest, int end) {
    double own = manifest.stages().get(end - 1).multiplyAdds();
    double all = 0;
    for (int k = end - 1; k < manifest.exits(); k++) {
      all += manifest.stages().get(k).multiplyAdds();
    }
    return own > 0 ? all / own : 1;
  }
}
