package dev.offramp.runtime;

/**
 * Computes a gate's {@link Measure}s from the probabilities of an exit and of the exit before.
 * Stateless; any thread.
 */
public final class Measures {
  /** Bound of log-odds and log ratios: past it a head's certainty says nothing more. */
  public static final double LIMIT = 10;

  /** Bound of the divergence between two exits, nats. */
  public static final double KL_LIMIT = 5;

  /** How many measures there are. */
  public static final int COUNT = Measure.values().length;

  private Measures() {}

  /** Whether a measure takes a logarithm for each class. */
  static boolean costly(Measure measure) {
    return switch (measure) {
      case ENTROPY, SHARPENED_ENTROPY, DIVERGENCE -> true;
      default -> false;
    };
  }

  /**
   * The measures of one event at one exit.
   *
   * @param exit l, from 0
   * @param p probabilities at this exit [classes]
   * @param before probabilities at the exit before [classes]; not read when exit is 0
   * @param run how many exits before this one gave the same label without a break
   * @param into receives the measures [{@link #COUNT}], by {@link Measure#index}
   */
  public static void of(int exit, float[] p, float[] before, int run, double[] into) {
    cheap(exit, p, before, run, into);
    double entropy = 0;
    double squares = 0;
    for (float v : p) {
      entropy -= plogp(v);
      squares += v * (double) v;
    }
    double sharpened = 0;
    double divergence = 0;
    for (int c = 0; c < p.length; c++) {
      sharpened -= plogp(p[c] * (double) p[c] / squares);
      if (exit > 0 && p[c] > 0) {
        divergence += p[c] * Math.log(p[c] / Math.max(before[c], 1e-30));
      }
    }
    into[Measure.ENTROPY.index()] = entropy;
    into[Measure.SHARPENED_ENTROPY.index()] = sharpened;
    into[Measure.DIVERGENCE.index()] = Math.min(Math.max(divergence, 0), KL_LIMIT);
  }

  /** As {@link #of}, but those that are {@link #costly} are NaN. */
  static void cheap(int exit, float[] p, float[] before, int run, double[] into) {
    int label = 0;
    double first = -1;
    double second = 0;
    for (int c = 0; c < p.length; c++) {
      double v = p[c];
      if (v > first) {
        second = Math.max(first, 0);
        first = v;
        label = c;
      } else if (v > second) {
        second = v;
      }
    }
    double earlier = 0;
    for (int c = 0; exit > 0 && c < p.length; c++) {
      earlier = Math.max(earlier, before[c]);
    }
    into[Measure.MAX_PROBABILITY.index()] = first;
    into[Measure.ENTROPY.index()] = Double.NaN;
    into[Measure.MARGIN.index()] = first - second;
    into[Measure.SHARPENED_ENTROPY.index()] = Double.NaN;
    into[Measure.LOGIT.index()] = logit(first);
    into[Measure.LOG_RATIO.index()] = Math.min(Math.log(first / second), LIMIT);
    into[Measure.AGREEMENT.index()] = exit > 0 && run > 0 ? 1 : 0;
    into[Measure.EARLIER_PROBABILITY.index()] = exit > 0 ? before[label] : 0;
    into[Measure.DIVERGENCE.index()] = Double.NaN;
    into[Measure.RUN.index()] = exit > 0 ? run : 0;
    into[Measure.EARLIER_MAX_PROBABILITY.index()] = earlier;
  }

  /** ln(p / (1 - p)), at most {@link #LIMIT} either way. */
  public static double logit(double p) {
    return Math.max(-LIMIT, Math.min(LIMIT, Math.log(p / (1 - p))));
  }

  private static double plogp(double p) {
    return p > 0 ? p * Math.log(p) : 0;
  }
}
