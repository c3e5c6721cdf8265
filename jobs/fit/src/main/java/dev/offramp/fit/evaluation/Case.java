package dev.offramp.fit.evaluation;

import java.util.List;

/**
 * An example and what was made of it.
 *
 * @param example its place in its split, from 0
 * @param text what was read; null for a tensor
 * @param truth its label; null if no label fits
 * @param answer the label given
 * @param probability of the answer
 * @param truthProbability of the truth; null if no label fits
 * @param exit taken
 * @param entropy in nats
 * @param setSize labels in the prediction set
 * @param set the most probable of them, at most {@link #MOST_LABELS}
 */
public record Case(
    int example,
    String text,
    String truth,
    String answer,
    double probability,
    Double truthProbability,
    int exit,
    double entropy,
    int setSize,
    List<String> set) {
  /** Labels of a set that are told. */
  public static final int MOST_LABELS = 8;
}
