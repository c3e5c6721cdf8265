package dev.offramp.fit.report;

import java.awt.Color;

/**
 * What plots are drawn in. An ink is no colour yet: the drawing library gets a number in place of
 * one, the page gets a class, and the page's style says the colour, so that one drawing serves
 * light, dark and print. Neighbours differ for the colour-blind too.
 */
enum Ink {
  /** The bundle at the exit taken. */
  FIRST(1, "#0b5fce", "#6cb0ff"),
  /** What it is compared with first: full depth, or the second of several. */
  SECOND(2, "#b34700", "#ffa45c"),
  THIRD(3, "#04785a", "#4fd6ad"),
  FOURTH(4, "#8d2fa8", "#dba2ff"),
  /** What is there for comparison alone. */
  MUTED(5, "#6b7480", "#98a2ae"),
  GRID(6, "#e3e7ec", "#272e37"),
  AXIS(7, "#7b8591", "#7d8793");

  private final int number;
  private final String light;
  private final String dark;

  Ink(int number, String light, String dark) {
    this.number = number;
    this.light = light;
    this.dark = dark;
  }

  /** Stands for this ink in a drawing. */
  Color color() {
    return new Color(0, 0, number);
  }

  /** The ink that a drawing's colour stands for; null for none of them. */
  static Ink of(String rgb) {
    for (Ink ink : values()) {
      if (rgb.equals("rgb(0,0,%d)".formatted(ink.number))) {
        return ink;
      }
    }
    return null;
  }

  /** Class of what is filled with it. */
  String fill() {
    return "f" + number;
  }

  /** Class of what is drawn with it. */
  String stroke() {
    return "s" + number;
  }

  /** The style's variable that holds its colour. */
  String variable() {
    return "--ink" + number;
  }

  /** Its colour on a light or a dark page. */
  String on(boolean darkPage) {
    return darkPage ? dark : light;
  }
}
