package dev.offramp.fit.evaluation;

/**
 * Where a share may truly lie, with 95 % confidence, when so many of so many independent examples
 * had it: Wilson's interval, which stays within [0, 1] and holds for shares near 0 and 1, where the
 * usual share +- 1.96 standard errors fails.
 *
 * @param low lower end
 * @param high upper end
 */
public record Interval(double low, double high) {
  private static final double Z = 1.959964;

  /**
   * The interval of a share.
   *
   * @param had how many had it
   * @param examples how many there were; at least one
   */
  public static Interval of(double had, int examples) {
    double share = had / examples;
    double z2 = Z * Z / examples;
    double middle = (share + z2 / 2) / (1 + z2);
    double half = Z / (1 + z2) * Math.sqrt(share * (1 - share) / examples + z2 / (4.0 * examples));
    return new Interval(Math.max(0, middle - half), Math.min(1, middle + half));
  }
}
