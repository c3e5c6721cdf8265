package dev.offramp.bench.budget;

import java.util.random.RandomGenerator;

/**
 * How deep events go at a point: most leave early, few late, so costs are drawn from an exponential
 * distribution that ends at the whole network, with the point's cost as its mean. Stateless.
 */
final class Depths {
  private static final double EVENLY = 0.5;
  private static final int HALVINGS = 60;

  private final double scale;

  /** For a point of this mean cost. Those of more than half the network are the same for all. */
  Depths(double cost) {
    this.scale = cost > EVENLY ? -cost : scaleOf(cost);
  }

  /** The cost of the next event. */
  double next(RandomGenerator random) {
    return scale < 0 ? -scale : Math.min(1, -scale * Math.log(1 - random.nextDouble()));
  }

  /** The mean of min(1, X) is scale (1 - exp(-1 / scale)), which grows with the scale. */
  private static double scaleOf(double cost) {
    double low = 0;
    double high = 2;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (middle * (1 - Math.exp(-1 / middle)) < cost) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }
}
