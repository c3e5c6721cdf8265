package dev.offramp.fit.learn;

import dev.offramp.runtime.Foresight;
import dev.offramp.runtime.Manifest.OperatingPoint;
import java.util.List;

/**
 * What learning gives; with the stages' graphs and names it makes a bundle.
 *
 * @param heads one for each exit
 * @param stacking as {@link dev.offramp.runtime.Manifest#stacking}
 * @param foresight as {@link dev.offramp.runtime.Manifest#foresight}; null if no point needs it
 * @param levels confidence levels that prediction sets are calibrated for, ascending
 * @param points in order of expected cost, full depth among them
 * @param defaultPoint name of the recommended point
 */
public record Learned(
    List<Head> heads,
    List<float[]> stacking,
    List<Foresight> foresight,
    List<Double> levels,
    List<OperatingPoint> points,
    String defaultPoint) {}
