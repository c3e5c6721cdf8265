package dev.offramp.fit.data;

import java.util.List;

/**
 * Labelled examples, split for learning and judging; no example is in two splits.
 *
 * @param name as a person calls it
 * @param labels the classes
 * @param train heads and gates are learned on these
 * @param validation temperatures, and which gates and points are kept, are chosen on these
 * @param calibration probabilities and prediction sets of each point are calibrated on these
 * @param test nothing is learned, chosen or calibrated on these
 * @param outOfScope test examples that no label fits; may be empty
 */
public record Dataset(
    String name,
    List<String> labels,
    List<Example> train,
    List<Example> validation,
    List<Example> calibration,
    List<Example> test,
    List<Example> outOfScope) {}
