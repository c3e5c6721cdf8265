package dev.offramp.fit;

/** How far examples' logits in batches with others differ from those alone. One thread. */
final class CompanyDifference {
  /** What rounding in another batch shape stays far below, and a neighbour's effect far above. */
  private static final double TOLERANCE = 1e-3;

  private final int exits;
  private final int classes;
  private final double[] worst;
  private final double[] squares;
  private int examples;
  private int labels;
  private double probability;

  CompanyDifference(int exits, int classes) {
    this.exits = exits;
    this.classes = classes;
    this.worst = new double[exits];
    this.squares = new double[exits];
  }

  /** Adds an example's logits [exits x classes], alone and with others. */
  void add(float[] alone, float[] together) {
    examples++;
    for (int k = 0; k < exits; k++) {
      double[] expected = probabilities(alone, k);
      double[] found = probabilities(together, k);
      for (int c = 0; c < classes; c++) {
        double logit = alone[k * classes + c];
        squares[k] += logit * logit;
        worst[k] = larger(worst[k], Math.abs(logit - together[k * classes + c]));
        probability = larger(probability, Math.abs(expected[c] - found[c]));
      }
    }
    labels += label(alone) == label(together) ? 0 : 1;
  }

  /** Whether no logit differs by more than rounding, measured by the size of its exit's logits. */
  boolean isRounding() {
    for (int k = 0; k < exits; k++) {
      double size = Math.sqrt(squares[k] / Math.max(1, (long) examples * classes));
      if (worst[k] > TOLERANCE * size) {
        return false;
      }
    }
    return true;
  }

  /** For a person. */
  @Override
  public String toString() {
    return "of %d examples, alone and in batches with others, the label differs for %d, and probabilities differ by up to %.3f"
        .formatted(examples, labels, probability);
  }

  /** NaN is larger than any number. */
  private static double larger(double a, double b) {
    return Double.isNaN(b) ? Double.POSITIVE_INFINITY : Math.max(a, b);
  }

  private double[] probabilities(float[] logits, int exit) {
    double[] p = new double[classes];
    double largest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      largest = Math.max(largest, logits[exit * classes + c]);
    }
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      p[c] = Math.exp(logits[exit * classes + c] - largest);
      sum += p[c];
    }
    for (int c = 0; c < classes; c++) {
      p[c] /= sum;
    }
    return p;
  }

  /** The most likely at the last exit. */
  private int label(float[] logits) {
    int begin = (exits - 1) * classes;
    int label = 0;
    for (int c = 1; c < classes; c++) {
      label = logits[begin + c] > logits[begin + label] ? c : label;
    }
    return label;
  }
}
