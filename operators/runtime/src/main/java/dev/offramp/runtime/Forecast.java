package dev.offramp.runtime;

/**
 * How long a stage takes for a batch: a moving mean of its own measured times, by powers of two of
 * padded tokens. Until a size was seen, the nearest smaller size that was, or else nothing: an
 * event is not sent away on a guess. One thread.
 */
final class Forecast {
  private static final double WEIGHT = 0.1;

  private final double[] means = new double[32];

  /** Takes in a run of so many padded tokens. */
  void observe(long paddedTokens, long micros) {
    int at = bucket(paddedTokens);
    means[at] = means[at] == 0 ? micros : means[at] + WEIGHT * (micros - means[at]);
  }

  /** Microseconds that a batch of so many padded tokens will take; 0 while unknown. */
  long micros(long paddedTokens) {
    for (int at = bucket(paddedTokens); at >= 0; at--) {
      if (means[at] > 0) {
        return (long) means[at];
      }
    }
    return 0;
  }

  private static int bucket(long paddedTokens) {
    return Math.min(31, 63 - Long.numberOfLeadingZeros(Math.max(1, paddedTokens)));
  }
}
