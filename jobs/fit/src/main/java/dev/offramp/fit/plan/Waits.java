package dev.offramp.fit.plan;

/**
 * The sum of an event's waits for a runner, of which only mean and variance are known: means and
 * variances of its visits add up, and the sum is taken to be gamma distributed. The chance of
 * longer sums is by Wilson and Hilferty (1931): the cube root of a gamma variable over its mean is
 * nearly normal, with mean 1 - 1/(9 a) and variance 1/(9 a) for the shape a = mean^2 / variance. It
 * errs to the safe side for the few visits of an event.
 *
 * @param mean microseconds
 * @param variance microseconds squared
 */
record Waits(double mean, double variance) {
  static final Waits NONE = new Waits(0, 0);

  /** For a runner that can't keep up. */
  static final Waits ENDLESS = new Waits(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

  Waits plus(Waits other) {
    return new Waits(mean + other.mean, variance + other.variance);
  }

  /** The chance that the sum is longer. */
  double longerThan(double micros) {
    if (micros < 0 || Double.isInfinite(mean)) {
      return 1;
    }
    if (mean == 0) {
      return 0;
    }
    double ninth = variance / (9 * mean * mean);
    return normalAbove((Math.cbrt(micros / mean) - (1 - ninth)) / Math.sqrt(ninth));
  }

  /**
   * The chance that a standard normal variable is above z, to 8e-8: Abramowitz and Stegun, Handbook
   * of Mathematical Functions (1964), 26.2.17.
   */
  static double normalAbove(double z) {
    if (z < 0) {
      return 1 - normalAbove(-z);
    }
    double t = 1 / (1 + 0.2316419 * z);
    double series =
        t
            * (0.319381530
                + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * series;
  }
}
