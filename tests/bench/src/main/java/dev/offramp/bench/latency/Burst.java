package dev.offramp.bench.latency;

import java.util.List;

/**
 * Half the capacity, for one second ten times as much, then half again.
 *
 * @param all the figures of the whole time after the warm-up, the burst included
 * @param recoveredAfterSeconds from the burst's end to the first of five windows in succession, one
 *     second, whose p99 is within the budget; null: none were
 * @param largestBacklog events due but not out, at the end of a window
 * @param burstBeginSecond from the first arrival
 * @param burstEndSecond from the first arrival
 * @param windows what came in and out when
 */
public record Burst(
    Cell all,
    Double recoveredAfterSeconds,
    long largestBacklog,
    double burstBeginSecond,
    double burstEndSecond,
    List<Window> windows) {
  private static final int CALM_WINDOWS = 5;
  private static final double ROUNDING = 1e-9;

  static Burst of(Cell all, double beginSecond, double endSecond, List<Window> windows) {
    return new Burst(
        all,
        recovery(windows, endSecond, all.budgetMillis()),
        windows.stream().mapToLong(Window::backlog).max().orElse(0),
        beginSecond,
        endSecond,
        windows);
  }

  private static Double recovery(List<Window> windows, double endSecond, double budgetMillis) {
    int calm = 0;
    for (int w = 0; w < windows.size(); w++) {
      boolean after = windows.get(w).second() > endSecond - ROUNDING;
      calm = after && windows.get(w).within(budgetMillis) ? calm + 1 : 0;
      if (calm == CALM_WINDOWS) {
        return Math.max(0, windows.get(w - CALM_WINDOWS + 1).second() - endSecond);
      }
    }
    return null;
  }
}
