package dev.offramp.bench.latency;

import java.util.List;

/**
 * What came of it.
 *
 * @param bundle its id
 * @param data whose test texts were sent
 * @param point the operating point configured
 * @param fullPoint the one at full depth
 * @param parallelism of the job
 * @param capacity events a second at the point without a budget, saturated
 * @param fullDepthCapacity the same at full depth
 * @param cells each budget at each load
 * @param bursts one for each budget
 * @param overloads 120 % of full depth's capacity with full depth configured, one for each budget
 */
public record LatencyResult(
    String bundle,
    String data,
    String point,
    String fullPoint,
    int parallelism,
    double capacity,
    double fullDepthCapacity,
    List<Cell> cells,
    List<Burst> bursts,
    List<Cell> overloads) {}
