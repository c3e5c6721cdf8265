package dev.offramp.runtime;

import java.util.Arrays;

/**
 * How much longer an event computes at one operating point than at another. Costs alone don't say:
 * tokenizing and writing cost the same everywhere. So it is measured: what events take just after a
 * move, against what they took before, is the ratio of the two points; what changes later is taken
 * for a machine that got slower or faster, and changes all points alike. Points never visited lie
 * on the straight line between their neighbours. One thread.
 */
final class ServiceTimes {
  /** Events after a move that tell the point's ratio to the others. */
  private static final double LEARNING = 200;

  /** Work beside the network, as a share of the whole network's, until it was measured. */
  private static final double ASSUMED_OVERHEAD = 0.01;

  /** The same at the least: bounds the ratio of a point that costs next to nothing. */
  private static final double LEAST_OVERHEAD = 0.001;

  /**
   * Seconds in which a ratio fades toward one. A ratio measured while the machine was cold must not
   * block a point for ever; better to try it once in a while.
   */
  private static final double FADING = 1800;

  /** Bounds of an event's time: a wild measurement must not leave numbers that aren't any. */
  private static final double SHORTEST = 1e-9;

  private static final double LONGEST = 1e9;

  private final double[] costs;
  private final double[] seconds;
  private final double[] measuredAt;
  private int current = -1;
  private double seen;

  /** For points of these costs, in [0, 1], ascending. */
  ServiceTimes(double[] costs) {
    this.costs = costs.clone();
    this.seconds = new double[costs.length];
    this.measuredAt = new double[costs.length];
    Arrays.fill(seconds, Double.NaN);
  }

  /**
   * Takes in that events were computed at a point.
   *
   * @param busySeconds what all of them took
   * @param time now, in seconds
   */
  void observe(int point, long events, double busySeconds, double time) {
    if (events <= 0) {
      return;
    }
    if (point != current) {
      current = point;
      seen = 0;
    }
    double each = bounded(busySeconds / events);
    if (seen == 0) {
      seconds[point] = each;
    } else if (seen < LEARNING) {
      seconds[point] += events / (seen + events) * (each - seconds[point]);
    } else {
      double before = seconds[point];
      double now = before + events / (LEARNING + events) * (each - before);
      for (int i = 0; i < seconds.length; i++) {
        seconds[i] = bounded(seconds[i] * now / before);
      }
    }
    seen += events;
    measuredAt[point] = time;
  }

  /** How many times as long an event takes at a dearer point; at least 1. */
  double ratio(int from, int dearer, double time) {
    double ratio =
        Double.isNaN(seconds[from]) || above(dearer) < 0
            ? costRatio(from, dearer, ASSUMED_OVERHEAD)
            : between(from, dearer) / seconds[from];
    double likely = Math.max(1, Math.min(ratio, costRatio(from, dearer, LEAST_OVERHEAD)));
    int source = above(dearer);
    double age = source < 0 ? 0 : Math.max(0, time - measuredAt[source]);
    return 1 + (likely - 1) * Math.exp(-age / FADING);
  }

  private static double bounded(double seconds) {
    return Math.max(SHORTEST, Math.min(LONGEST, seconds));
  }

  private double costRatio(int from, int dearer, double overhead) {
    return (overhead + costs[dearer]) / (overhead + costs[from]);
  }

  /** The measured point from this one up; -1 for none. */
  private int above(int point) {
    for (int i = point; i < seconds.length; i++) {
      if (!Double.isNaN(seconds[i])) {
        return i;
      }
    }
    return -1;
  }

  private double between(int from, int point) {
    int high = above(point);
    int low = point;
    while (low > from && Double.isNaN(seconds[low])) {
      low--;
    }
    double span = costs[high] - costs[low];
    double share = span > 0 ? (costs[point] - costs[low]) / span : 1;
    return seconds[low] + share * (seconds[high] - seconds[low]);
  }
}
