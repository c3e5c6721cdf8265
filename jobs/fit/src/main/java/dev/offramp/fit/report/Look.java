package dev.offramp.fit.report;

import java.awt.BasicStroke;
import java.util.List;

/**
 * How a line or a set of points looks.
 *
 * @param ink what it is drawn in
 * @param width of the line; 0 for points alone
 * @param dashes lengths of dash and gap; empty for an unbroken line
 * @param mark of each point
 */
record Look(Ink ink, float width, List<Float> dashes, Mark mark) {
  private static final List<Mark> MARKS =
      List.of(Mark.CIRCLE, Mark.SQUARE, Mark.TRIANGLE, Mark.DIAMOND);
  private static final List<Ink> INKS = List.of(Ink.FIRST, Ink.SECOND, Ink.THIRD, Ink.FOURTH);

  static Look line(Ink ink) {
    return new Look(ink, 2, List.of(), Mark.NONE);
  }

  static Look dashed(Ink ink, float... dashes) {
    List<Float> lengths = new java.util.ArrayList<>();
    for (float d : dashes) {
      lengths.add(d);
    }
    return new Look(ink, 2, List.copyOf(lengths), Mark.NONE);
  }

  static Look points(Ink ink, Mark mark) {
    return new Look(ink, 0, List.of(), mark);
  }

  /** Points that differ from those of other numbers by ink and mark. */
  static Look points(int number) {
    return points(INKS.get(number % INKS.size()), MARKS.get(number % MARKS.size()));
  }

  Look withMark(Mark other) {
    return new Look(ink, width, dashes, other);
  }

  Look withWidth(float other) {
    return new Look(ink, other, dashes, mark);
  }

  java.awt.Color color() {
    return ink.color();
  }

  BasicStroke stroke() {
    float[] lengths = new float[dashes.size()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = dashes.get(i);
    }
    return new BasicStroke(
        width,
        BasicStroke.CAP_BUTT,
        BasicStroke.JOIN_ROUND,
        1,
        lengths.length == 0 ? null : lengths,
        0);
  }
}
