package dev.offramp.fit.learn;

import java.util.ArrayList;
import java.util.List;

/**
 * Neighbouring exits that share a calibration group.
 *
 * @param from the first
 * @param to the last
 */
record Span(int from, int to) {
  /**
   * An example at the exits where it is judged.
   *
   * @param example its index
   * @param from the first exit
   * @param to the last exit; the same for one that a gate let go
   */
  record Leaving(int example, int from, int to) {}

  /**
   * Spans of exits for events that gates let go: neighbours are joined from the first exit on until
   * they have enough examples, and what remains at the end joins the last span.
   *
   * @param left examples that left at each exit
   * @param few fewer are too few
   */
  static List<Span> left(double[] left, int few) {
    List<Span> spans = new ArrayList<>();
    int from = 0;
    double count = 0;
    for (int exit = 0; exit < left.length; exit++) {
      count += left[exit];
      if (count >= few) {
        spans.add(new Span(from, exit));
        from = exit + 1;
        count = 0;
      }
    }
    if (from < left.length) {
      if (!spans.isEmpty()) {
        from = spans.remove(spans.size() - 1).from;
      }
      spans.add(new Span(from, left.length - 1));
    }
    return spans;
  }

  /**
   * Spans of exits for events that a deadline forces out. Whoever passes an exit has passed those
   * before, so joining a later exit adds no examples: all from the first with too few on join the
   * one before.
   *
   * @param passed examples that pass each exit, never rising
   * @param few fewer are too few
   */
  static List<Span> forced(double[] passed, int few) {
    List<Span> spans = new ArrayList<>();
    int exit = 0;
    while (exit < passed.length) {
      boolean lastOfEnough = exit + 1 == passed.length || passed[exit + 1] < few;
      int to = lastOfEnough ? passed.length - 1 : exit;
      spans.add(new Span(exit, to));
      exit = to + 1;
    }
    return spans;
  }

  /**
   * Examples that leave within the span, each at its exit.
   *
   * @param taken the exit that each example leaves at
   */
  List<Leaving> leaving(int[] taken) {
    List<Leaving> leaving = new ArrayList<>();
    for (int i = 0; i < taken.length; i++) {
      if (taken[i] >= from && taken[i] <= to) {
        leaving.add(new Leaving(i, taken[i], taken[i]));
      }
    }
    return leaving;
  }

  /**
   * Examples that could be forced out within the span, each at those of its exits that it passes.
   *
   * @param taken the exit that each example leaves at if nothing forces it
   */
  List<Leaving> passing(int[] taken) {
    List<Leaving> passing = new ArrayList<>();
    for (int i = 0; i < taken.length; i++) {
      if (taken[i] > from) {
        passing.add(new Leaving(i, from, Math.min(to, taken[i] - 1)));
      }
    }
    return passing;
  }

  /** Names it after a letter and its exits, e3 or e4-6. */
  String name(String letter) {
    return letter + (from == to ? "" + from : from + "-" + to);
  }
}
