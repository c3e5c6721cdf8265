package dev.offramp.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * How long a stage takes for a batch, by its padded tokens (rows x length): a line through points
 * that were measured on the device when the stage was loaded, corrected by what batches really take
 * since then. Where a call mostly streams weights the curve is flat, past that it rises with the
 * tokens; where it bends belongs to device and network, and batching, forecasts and plans all read
 * it here. One thread.
 */
public final class CostCurve {
  /** A doubling that gives less than this much more tokens a microsecond is past the bend. */
  private static final double WORTHWHILE = 1.05;

  private static final double WEIGHT = 0.1;
  private static final int RUNS = 3;

  /** No stage gets so many times faster or slower than it was measured. */
  private static final double FARTHEST = 1000;

  /** Ascending. */
  private final double[] tokens;

  private final double[] micros;

  /** What batches near a point took, over what was measured there; 0: none came. */
  private final double[] factors;

  private double error;
  private double best;

  /**
   * A curve through points.
   *
   * @param tokens padded tokens of a batch, ascending, at least one point
   * @param micros what such a batch takes, microseconds above 0
   */
  public CostCurve(double[] tokens, double[] micros) {
    if (tokens.length == 0 || tokens.length != micros.length) {
      throw new IllegalArgumentException(
          "a cost curve needs a time for each size, and one at least: %d sizes, %d times"
              .formatted(tokens.length, micros.length));
    }
    for (int i = 0; i < tokens.length; i++) {
      if (!(micros[i] > 0) || !(tokens[i] > (i == 0 ? 0 : tokens[i - 1]))) {
        throw new IllegalArgumentException(
            "a cost curve needs ascending sizes and times above 0: %s, %s"
                .formatted(Arrays.toString(tokens), Arrays.toString(micros)));
      }
    }
    this.tokens = tokens.clone();
    this.micros = micros.clone();
    this.factors = new double[tokens.length];
    this.best = mostTokensPerMicro();
  }

  /**
   * Measures a stage: doubles the batch until two doublings in a row win nothing, or the rows are
   * as many as the device takes, or more than its memory has room for. Of a few runs of each size
   * the fastest counts.
   *
   * @param length of each row, tokens
   * @param maxRows of a batch
   * @param run runs so many rows; gives the microseconds it took, infinity if memory ran out
   */
  static CostCurve measured(int length, int maxRows, IntToDoubleFunction run) {
    List<double[]> points = new ArrayList<>();
    int inVain = 0;
    for (int rows = 1; rows <= maxRows && inVain < 2; rows *= 2) {
      double fastest = Double.POSITIVE_INFINITY;
      for (int i = 0; i < RUNS; i++) {
        fastest = Math.min(fastest, run.applyAsDouble(rows));
      }
      if (Double.isInfinite(fastest)) {
        break;
      }
      if (!points.isEmpty()) {
        double gain = 2 * points.get(points.size() - 1)[1] / fastest;
        inVain = gain < WORTHWHILE ? inVain + 1 : 0;
      }
      points.add(new double[] {(double) rows * length, Math.max(1, fastest)});
    }
    return new CostCurve(
        points.stream().mapToDouble(p -> p[0]).toArray(),
        points.stream().mapToDouble(p -> p[1]).toArray());
  }

  /** The same curve, to be corrected apart from this one. */
  CostCurve copy() {
    return new CostCurve(tokens, micros);
  }

  /** Padded tokens of the measured batches, ascending. */
  public double[] sizes() {
    return tokens.clone();
  }

  /** Microseconds that a batch of so many rows, padded to so many tokens each, takes. */
  public double micros(int rows, int length) {
    return micros((double) rows * length);
  }

  /** Microseconds that a batch of so many padded tokens takes. */
  public double micros(double padded) {
    int last = tokens.length - 1;
    if (last == 0) {
      return at(0);
    }
    int i = above(padded);
    double share = share(padded, i);
    // Below the first point a call costs no less than half of it: it streams the same weights.
    return Math.max(at(i - 1) + share * (at(i) - at(i - 1)), at(0) / 2);
  }

  /** Takes in what a batch really took. */
  void observe(int rows, int length, long tookMicros) {
    double padded = (double) rows * length;
    double forecast = micros(padded);
    // A coarse clock can show no time at all.
    double took = Math.max(1, (double) tookMicros);
    error += WEIGHT * (Math.abs(took - forecast) / forecast - error);
    double miss = took / forecast - 1;
    if (tokens.length == 1) {
      correct(0, WEIGHT * miss);
    } else {
      // Both points that the forecast came from: one alone could run away to nothing.
      int above = above(padded);
      double share = Math.max(0, Math.min(1, share(padded, above)));
      if (share < 1) {
        correct(above - 1, (1 - share) * WEIGHT * miss);
      }
      if (share > 0) {
        correct(above, share * WEIGHT * miss);
      }
    }
    best = mostTokensPerMicro();
  }

  /** By how much forecasts missed lately: a moving mean of |took - forecast| / forecast. */
  public double error() {
    return error;
  }

  /** The most tokens a microsecond that a batch of any measured size gives. */
  public double best() {
    return best;
  }

  /** Padded tokens of the smallest measured batch that is nearly as good as the best. */
  public int knee() {
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] / at(i) * WORTHWHILE >= best) {
        return (int) tokens[i];
      }
    }
    return (int) tokens[tokens.length - 1];
  }

  private double mostTokensPerMicro() {
    double most = 0;
    for (int i = 0; i < tokens.length; i++) {
      most = Math.max(most, tokens[i] / at(i));
    }
    return most;
  }

  private double at(int point) {
    return micros[point] * factor(point);
  }

  /** The factor of a point, or else of the nearest that has one. */
  private double factor(int point) {
    for (int d = 0; d < factors.length; d++) {
      if (point - d >= 0 && factors[point - d] > 0) {
        return factors[point - d];
      }
      if (point + d < factors.length && factors[point + d] > 0) {
        return factors[point + d];
      }
    }
    return 1;
  }

  /** The point that ends the piece of the line which a size lies on. */
  private int above(double padded) {
    int i = 1;
    while (i < tokens.length - 1 && tokens[i] < padded) {
      i++;
    }
    return i;
  }

  /** How far along that piece; outside [0, 1] beyond the ends. */
  private double share(double padded, int above) {
    return (padded - tokens[above - 1]) / (tokens[above] - tokens[above - 1]);
  }

  private void correct(int point, double change) {
    double corrected = factor(point) * (1 + change);
    factors[point] = Math.max(1 / FARTHEST, Math.min(FARTHEST, corrected));
  }
}
