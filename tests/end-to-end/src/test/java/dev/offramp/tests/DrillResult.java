package dev.offramp.tests;

import java.util.List;

/**
 * What a drill showed: one row of the table.
 *
 * @param drill its name
 * @param events how many were sent
 * @param faults what was done to the processes, in order
 * @param lost events without a committed record
 * @param doubled events with more than one
 * @param invalid records with a wrong field, of the wrong kind or of an event that nobody sent
 * @param deadLettered events that became dead letters
 * @param secondsToRecover from each fault that was waited for to the first prediction that was made
 *     after it and committed
 * @param seed of the texts and of what is random in the drill
 */
record DrillResult(
    String drill,
    int events,
    List<String> faults,
    int lost,
    int doubled,
    int invalid,
    int deadLettered,
    List<Double> secondsToRecover,
    long seed) {}
