package dev.offramp.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many times faster one opponent is than another, over rounds in which both ran.
 *
 * @param median of the rounds' ratios
 * @param min of them
 * @param max of them
 */
public record Ratio(double median, double min, double max) {

  /** Of the rates of two opponents, round by round. */
  static Ratio of(double[] one, double[] other) {
    double[] ratios = new double[one.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = one[i] / other[i];
    }
    return of(ratios);
  }

  /** The spread of some values, of which there is one at least. */
  static Ratio of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    return new Ratio(median, sorted[0], sorted[sorted.length - 1]);
  }

  /**
   * Offramp against all others, and Offramp fed from memory against the bare loop and the ideal:
   * full depth's speed over the share of the network that Offramp's events use.
   *
   * @param runs every opponent once in each round, rounds in their order
   * @return by {@code one/other}
   */
  static Map<String, Ratio> all(List<Run> runs) {
    Map<String, List<Double>> rates = new LinkedHashMap<>();
    for (Run run : runs) {
      rates.computeIfAbsent(run.name(), n -> new ArrayList<>()).add(run.eventsPerSecond());
    }
    if (rates.containsKey(Opponents.FAIR) && rates.containsKey(Opponents.OFFRAMP)) {
      rates.put(Opponents.IDEAL, ideal(runs));
    }
    Map<String, Ratio> ratios = new LinkedHashMap<>();
    for (String other : rates.keySet().stream().sorted().toList()) {
      put(ratios, rates, Opponents.OFFRAMP, other);
    }
    put(ratios, rates, Opponents.FROM_MEMORY, Opponents.BARE_LOOP);
    put(ratios, rates, Opponents.FROM_MEMORY, Opponents.IDEAL);
    return ratios;
  }

  private static List<Double> ideal(List<Run> runs) {
    List<Double> costs = named(runs, Opponents.OFFRAMP).stream().map(Run::meanCost).toList();
    List<Run> full = named(runs, Opponents.FAIR);
    List<Double> rates = new ArrayList<>();
    for (int round = 0; round < full.size(); round++) {
      rates.add(full.get(round).eventsPerSecond() / costs.get(round));
    }
    return rates;
  }

  private static List<Run> named(List<Run> runs, String name) {
    return runs.stream().filter(r -> r.name().equals(name)).toList();
  }

  private static void put(
      Map<String, Ratio> ratios, Map<String, List<Double>> rates, String one, String other) {
    if (!one.equals(other) && rates.containsKey(one) && rates.containsKey(other)) {
      ratios.put(one + "/" + other, of(array(rates.get(one)), array(rates.get(other))));
    }
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
