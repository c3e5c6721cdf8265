package dev.offramp.fit.evaluation;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * How well probabilities and prediction sets held for the examples that left at an exit.
 *
 * @param index of the exit, from 0
 * @param cost of leaving there
 * @param share of examples that left there
 * @param calibratedOn held-out examples that its probabilities and sets were calibrated on
 * @param figures of them
 */
public record ExitUncertainty(
    int index,
    double cost,
    double share,
    int calibratedOn,
    @JsonUnwrapped UncertaintyFigures figures) {}
