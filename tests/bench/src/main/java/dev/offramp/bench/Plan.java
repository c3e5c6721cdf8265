package dev.offramp.bench;

import java.util.List;

/**
 * One run of an opponent.
 *
 * @param id unique in this JVM
 * @param meter is to be told of each event that leaves; says how many there are
 * @param exits where the workload's events leave at the chosen point, by number modulo the
 *     workload's size; null unless {@link Opponent#needsExits}
 */
record Plan(String id, Meter meter, List<Integer> exits) {}
