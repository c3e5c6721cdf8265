package dev.offramp.bench.budget;

import dev.offramp.runtime.BudgetController.Settings;
import java.util.function.DoubleUnaryOperator;

/**
 * A load and a machine to serve it. Immutable.
 *
 * @param name short, without spaces
 * @param title a few words for people
 * @param machine that serves
 * @param configured index of the point that it is to run at while load allows
 * @param settings of the controllers
 * @param budgetSeconds that an event may take
 * @param fromSource whether that begins when the event was sent, else when it is read
 * @param seconds that the load lasts
 * @param rate events a second at a second since the beginning; events come at random
 * @param highestRate that it takes
 * @param slowness by how much everything takes longer at a second since the beginning; usually 1
 * @param disturbedAt second from which recovery is counted; NaN: nothing to recover from
 */
record Scenario(
    String name,
    String title,
    Machine machine,
    int configured,
    Settings settings,
    double budgetSeconds,
    boolean fromSource,
    double seconds,
    DoubleUnaryOperator rate,
    double highestRate,
    DoubleUnaryOperator slowness,
    double disturbedAt) {

  private static final Settings SETTINGS = new Settings(0.01, 0);
  private static final double BUDGET = 0.05;

  /**
   * A steady load on the machine for CLINC150, with a budget of 50 ms from reading and 1 in 100
   * events that may be late.
   *
   * @param load share of what the machine can serve at the configured point
   */
  static Scenario steady(String name, String title, int configured, double load, double seconds) {
    double rate = load * Machine.CLINC150.capacityAt(configured);
    return new Scenario(
        name,
        title,
        Machine.CLINC150,
        configured,
        SETTINGS,
        BUDGET,
        false,
        seconds,
        t -> rate,
        rate,
        t -> 1,
        Double.NaN);
  }

  /** The same with the rate times a factor that changes with time. */
  Scenario times(double highest, DoubleUnaryOperator factor) {
    DoubleUnaryOperator varied = t -> rate.applyAsDouble(t) * factor.applyAsDouble(t);
    return with(
        settings, budgetSeconds, fromSource, varied, highestRate * highest, slowness, disturbedAt);
  }

  /** The same with ten times the rate for a second. */
  Scenario burst(double at) {
    DoubleUnaryOperator bursting = t -> rate.applyAsDouble(t) * (t >= at && t < at + 1 ? 10 : 1);
    return with(settings, budgetSeconds, fromSource, bursting, highestRate * 10, slowness, at);
  }

  /** The same on a machine that is slower for a while. */
  Scenario slower(double by, double from, double to) {
    DoubleUnaryOperator slowed = t -> t >= from && t < to ? by : 1;
    return with(settings, budgetSeconds, fromSource, rate, highestRate, slowed, from);
  }

  /** The same with an accuracy that must be kept. */
  Scenario floor(double accuracy) {
    Settings floor = new Settings(settings.allowance(), accuracy);
    return with(floor, budgetSeconds, fromSource, rate, highestRate, slowness, disturbedAt);
  }

  /** The same with another budget. */
  Scenario budget(double budget) {
    return with(settings, budget, fromSource, rate, highestRate, slowness, disturbedAt);
  }

  /** The same with a budget that begins when the event was sent. */
  Scenario sourceTime() {
    return with(settings, budgetSeconds, true, rate, highestRate, slowness, disturbedAt);
  }

  private Scenario with(
      Settings otherSettings,
      double otherBudget,
      boolean source,
      DoubleUnaryOperator otherRate,
      double otherHighest,
      DoubleUnaryOperator otherSlowness,
      double disturbed) {
    return new Scenario(
        name,
        title,
        machine,
        configured,
        otherSettings,
        otherBudget,
        source,
        seconds,
        otherRate,
        otherHighest,
        otherSlowness,
        disturbed);
  }
}
