package dev.offramp.bench.budget;

import java.util.function.ToDoubleFunction;

/**
 * A timeline in coarser steps, as lines to draw: rates in events a second, shares in percent. Of
 * the backlog the largest in each step. Immutable.
 */
final class Bins {
  private final Timeline timeline;
  private final int slots;
  private final int bins;

  /** In so many steps at most. */
  Bins(Timeline timeline, int most) {
    this.timeline = timeline;
    this.slots = Math.max(2, (timeline.size() + most - 1) / most);
    this.bins = (timeline.size() + slots - 1) / slots;
  }

  /** The middles of the steps. */
  double[] seconds() {
    double[] seconds = new double[bins];
    for (int i = 0; i < bins; i++) {
      seconds[i] = (i + 0.5) * slots * Timeline.SLOT;
    }
    return seconds;
  }

  double[] arrived() {
    return mean(s -> s.arrived / Timeline.SLOT);
  }

  double[] left() {
    return mean(s -> s.left / Timeline.SLOT);
  }

  double[] late() {
    return percent(s -> s.late);
  }

  double[] forced() {
    return percent(s -> s.forced);
  }

  double[] busy() {
    return mean(s -> 100 * s.busy);
  }

  double[] point() {
    return mean(s -> s.point);
  }

  double[] unread() {
    return each(
        (from, to) -> {
          double most = 0;
          for (int i = from; i < to; i++) {
            most = Math.max(most, (double) timeline.get(i).unread);
          }
          return most;
        });
  }

  private double[] percent(ToDoubleFunction<Timeline.Slot> count) {
    return each((from, to) -> 100 * sum(from, to, count) / Math.max(1, sum(from, to, s -> s.left)));
  }

  private double[] mean(ToDoubleFunction<Timeline.Slot> value) {
    return each((from, to) -> sum(from, to, value) / (to - from));
  }

  private double sum(int from, int to, ToDoubleFunction<Timeline.Slot> value) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += value.applyAsDouble(timeline.get(i));
    }
    return sum;
  }

  /** A figure of the slots from one to before another. */
  private interface Figure {
    double of(int from, int to);
  }

  private double[] each(Figure figure) {
    double[] values = new double[bins];
    for (int i = 0; i < bins; i++) {
      values[i] = figure.of(i * slots, Math.min(timeline.size(), (i + 1) * slots));
    }
    return values;
  }
}
