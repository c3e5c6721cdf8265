package dev.offramp.bench.latency;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What is measured.
 *
 * @param bundle its folder
 * @param point the operating point; null: the bundle's
 * @param budgets whole milliseconds, at least one; a job is started for each
 * @param loads in percent of the capacity at the point
 * @param length of measuring at each budget and load, at least a second
 * @param parallelism of the job, at least 1
 * @param settings more options of the job, {@code key=value} each
 */
public record LatencyPlan(
    Path bundle,
    String point,
    List<Duration> budgets,
    List<Integer> loads,
    Duration length,
    int parallelism,
    List<String> settings) {

  /** Checks the ranges. */
  public LatencyPlan {
    budgets = List.copyOf(budgets);
    loads = List.copyOf(loads);
    settings = List.copyOf(settings);
    if (budgets.isEmpty() || loads.isEmpty()) {
      throw new IllegalArgumentException("there must be a budget and a load at least");
    }
    for (Duration budget : budgets) {
      if (budget.toMillis() < 1 || !Duration.ofMillis(budget.toMillis()).equals(budget)) {
        throw new IllegalArgumentException(
            "a budget must be 1 ms or more, and whole milliseconds: " + budget);
      }
    }
    for (int load : loads) {
      if (load < 1 || load > 1000) {
        throw new IllegalArgumentException(
            "a load must lie between 1 and 1000 %% of capacity: %d".formatted(load));
      }
    }
    if (length.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("a cell must be measured for 1 s or more: " + length);
    }
    if (parallelism < 1) {
      throw new IllegalArgumentException("parallelism must be 1 or more: " + parallelism);
    }
  }
}
