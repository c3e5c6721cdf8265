package dev.offramp.fit.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * An axis of a plot.
 *
 * @param title what it measures, with its unit
 * @param min where it begins
 * @param max where it ends
 * @param ticks where it has labels, within
 * @param labels of the ticks
 * @param grid whether lines cross the plot at the ticks
 * @param scale what stretches it
 */
record Axis(
    String title,
    double min,
    double max,
    List<Double> ticks,
    List<String> labels,
    boolean grid,
    DoubleUnaryOperator scale) {
  private static final double ROUNDING = 1e-9;

  /** Shares from none to all. */
  static Axis share(String title) {
    return of(title, 0, 1, 0.2, Numbers::wholePercent, DoubleUnaryOperator.identity());
  }

  /** Shares around some that are to be seen, in steps that are easy to read. */
  static Axis shares(String title, double low, double high) {
    double step = step(high - low);
    double min = Math.max(0, Math.floor(low / step + ROUNDING) * step);
    double max = Math.min(1, Math.ceil(high / step - ROUNDING) * step);
    return of(title, min, max, step, Numbers.percent(step), DoubleUnaryOperator.identity());
  }

  /** From zero to at least so much. */
  static Axis upTo(String title, double high) {
    double step = step(high);
    double max = Math.ceil(high / step - ROUNDING) * step;
    return of(title, 0, max, step, Numbers::plain, DoubleUnaryOperator.identity());
  }

  /** Costs, wider where they are small: by their square root. */
  static Axis cost(String title) {
    List<Double> ticks = List.of(0.0, 0.02, 0.1, 0.25, 0.5, 1.0);
    return new Axis(
        title, 0, 1, ticks, ticks.stream().map(Numbers::plain).toList(), true, Math::sqrt);
  }

  /** Sizes from one; by their logarithm if they differ much. */
  static Axis sizes(String title, double low, double high) {
    double min = Math.min(1, low);
    if (high / Math.max(low, 0.1) < 6 || min <= 0) {
      double step = step(high - min);
      double from = Math.floor(min / step + ROUNDING) * step;
      double to = Math.max(from + step, Math.ceil(high / step - ROUNDING) * step);
      return of(title, from, to, step, Numbers::plain, DoubleUnaryOperator.identity());
    }
    List<Double> ticks = new ArrayList<>();
    for (double decade = 0.1; decade <= 10 * high; decade *= 10) {
      for (double t : new double[] {decade, 2 * decade, 5 * decade}) {
        ticks.add(t);
      }
    }
    double from = ticks.stream().filter(t -> t <= min + ROUNDING).max(Double::compare).orElse(min);
    double to = ticks.stream().filter(t -> t >= high).min(Double::compare).orElse(high);
    List<Double> kept = ticks.stream().filter(t -> t >= from && t <= to).toList();
    return new Axis(
        title, from, to, kept, kept.stream().map(Numbers::plain).toList(), true, Math::log);
  }

  /** Named places, the k-th at k. */
  static Axis places(String title, List<String> names) {
    return new Axis(
        title,
        -0.6,
        names.size() - 0.4,
        IntStream.range(0, names.size()).mapToObj(k -> (double) k).toList(),
        names,
        false,
        DoubleUnaryOperator.identity());
  }

  /** The same with lines across the plot, or without. */
  Axis withGrid(boolean other) {
    return new Axis(title, min, max, ticks, labels, other, scale);
  }

  boolean holds(double value) {
    return value >= min - ROUNDING && value <= max + ROUNDING;
  }

  private static Axis of(
      String title,
      double min,
      double max,
      double step,
      DoubleFunction<String> label,
      DoubleUnaryOperator scale) {
    List<Double> ticks = new ArrayList<>();
    for (int k = 0; min + k * step <= max + ROUNDING; k++) {
      ticks.add(min + k * step);
    }
    return new Axis(title, min, max, ticks, ticks.stream().map(label::apply).toList(), true, scale);
  }

  /** The smallest of 1, 2 and 5 times a power of ten that makes at most six steps. */
  private static double step(double range) {
    double power = Math.pow(10, Math.floor(Math.log10(Math.max(range, 1e-6) / 6)));
    for (double factor : new double[] {1, 2, 5}) {
      if (range / (factor * power) <= 6 + ROUNDING) {
        return factor * power;
      }
    }
    return 10 * power;
  }
}
