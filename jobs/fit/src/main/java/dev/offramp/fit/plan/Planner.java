package dev.offramp.fit.plan;

import dev.offramp.fit.plan.Plan.OperatorPlan;
import dev.offramp.fit.plan.Plan.StagePlan;
import dev.offramp.runtime.ServingOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Says what a rate of events takes: {@link Operator} has the arithmetic of a runner, {@link Layout}
 * that of latency.
 *
 * <p>Two things are set once, whatever the rate. The batch wait is the longest that keeps 99 of 100
 * events within the budget while runners are as busy as they may be: longer waits make larger
 * batches. If no wait at all is short enough, runners are kept less busy, so that queues are
 * shorter. Then each runner takes so many events a second and no more, and a rate takes as many
 * runners as it needs. So more events never need fewer cores, and a tighter budget never makes a
 * batch of as many operators larger.
 *
 * <p>One operator serves all stages, unless several, each with its own parallelism, save a fifth of
 * the cores: on fewer runners survivors gather in larger batches, but each has to be written and
 * read. One thread.
 */
public final class Planner {
  /** What several operators must cost at most, against one. */
  private static final double WORTH_DIVIDING = 0.8;

  /** Fewer operators are taken where they cost at most this much more than the best number. */
  private static final double NEARLY_BEST = 1.05;

  /** A longer wait must save more than this share of the cores. */
  private static final double WORTH_WAITING = 0.01;

  private static final double SHORTEST_WAIT_MICROS = 100;
  private static final double WAIT_STEP = 1.05;
  private static final double LONGEST_WAIT_MICROS = 1e6;
  private static final double LEAST_BUSY = 0.1;
  private static final double BUSY_STEP = 0.01;
  private static final double ENDLESS_MICROS = 1e15;
  private static final int FEWEST_IN_FLIGHT = 128;
  private static final double MICROS = 1e6;

  /** How runners work, whatever the rate; each operator's most events a second for a runner. */
  private record Setting(Layout layout, double waitMicros, double busy, double[] rates) {
    private static Setting of(Layout layout, double waitMicros, double busy) {
      return new Setting(layout, waitMicros, busy, layout.rates(busy, waitMicros));
    }

    double keptMicros() {
      return layout.keptMicros(rates, waitMicros);
    }

    /** Cores for one event a second. */
    double cores() {
      double cores = 0;
      for (double rate : rates) {
        cores += 1 / rate;
      }
      return cores;
    }
  }

  private final Network network;
  private final Terms terms;
  private final Map<Integer, Optional<Setting>> settings = new HashMap<>();

  /** A planner for a network. */
  public Planner(Network network, Terms terms) {
    this.network = network;
    this.terms = terms;
  }

  /**
   * The plan for a rate.
   *
   * @param rate events a second, above 0
   * @throws IllegalArgumentException no plan keeps the budget; names the smallest that one does
   */
  public Plan plan(double rate) {
    Optional<Setting> one = setting(1);
    Optional<Setting> divided = divided();
    if (one.isEmpty()) {
      return plan(rate, divided.orElseThrow(() -> tooTight(1)));
    }
    Plan whole = plan(rate, one.get());
    if (divided.isEmpty() || divided.get().cores() > WORTH_DIVIDING * one.get().cores()) {
      return whole;
    }
    Plan parts = plan(rate, divided.get());
    return parts.cores() < whole.cores() ? parts : whole;
  }

  /**
   * The plan for a rate with so many operators of like length.
   *
   * @throws IllegalArgumentException there are fewer stages, or no plan keeps the budget; names the
   *     smallest that one does
   */
  public Plan plan(double rate, int operators) {
    if (operators < 1 || operators > network.size()) {
      throw new IllegalArgumentException(
          "operators must be 1 to %d, the stages of the bundle: %d"
              .formatted(network.size(), operators));
    }
    return plan(rate, setting(operators).orElseThrow(() -> tooTight(operators)));
  }

  /**
   * Events a second that so many runners can do at most: busy all the time, with batches as large
   * as is useful, and no budget.
   */
  public double capacity(int runners) {
    Operator all = new Operator(network, 0, network.size(), terms.overheadMicros());
    return runners * all.rate(1, ENDLESS_MICROS);
  }

  private Plan plan(double rate, Setting setting) {
    if (!(rate > 0) || !Double.isFinite(rate)) {
      throw new IllegalArgumentException("the rate must be above 0 events a second: " + rate);
    }
    Layout layout = setting.layout;
    List<OperatorPlan> operators = new ArrayList<>();
    double[] rates = new double[setting.rates.length];
    double busy = 0;
    long cores = 0;
    double mostInFlight = FEWEST_IN_FLIGHT;
    for (int i = 0; i < rates.length; i++) {
      // A rate that a runner can just do must not take two for a rounding error.
      double runners = Math.max(1, Math.ceil(rate / setting.rates[i] - 1e-9));
      if (runners > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("the rate is beyond any plan: " + rate);
      }
      rates[i] = rate / runners;
      OperatorPlan operator =
          operator(layout.operators().get(i), rates[i], setting.waitMicros, (int) runners);
      operators.add(operator);
      busy += runners * operator.busy();
      cores += (long) runners;
      int rows = operator.stages().stream().mapToInt(StagePlan::usefulRows).sum();
      mostInFlight = Math.max(mostInFlight, 2 * rows);
    }
    double kept = layout.keptMicros(rates, setting.waitMicros);
    for (double r : rates) {
      mostInFlight = Math.max(mostInFlight, r * kept / MICROS);
    }
    return new Plan(
        rate,
        terms.budget() == null ? null : (double) terms.budget().toMillis(),
        kept / 1000,
        setting.waitMicros / 1000,
        setting.busy,
        busy,
        Math.toIntExact(cores),
        Math.toIntExact((cores + terms.coresPerMachine() - 1) / terms.coresPerMachine()),
        network.weightBytes(),
        nextPowerOfTwo(mostInFlight),
        List.copyOf(operators));
  }

  /** The fewest operators, but two or more, that are nearly the best number. */
  private Optional<Setting> divided() {
    List<Setting> kept =
        IntStream.rangeClosed(2, network.size()).boxed().flatMap(n -> setting(n).stream()).toList();
    double best = kept.stream().mapToDouble(Setting::cores).min().orElse(0);
    return kept.stream().filter(s -> s.cores() <= NEARLY_BEST * best).findFirst();
  }

  private OperatorPlan operator(Operator operator, double rate, double wait, int parallelism) {
    List<StagePlan> stages = new ArrayList<>();
    for (int k = operator.first(); k < operator.end(); k++) {
      double reach = network.reach(k);
      double rows = operator.rows(k, rate, wait);
      stages.add(
          new StagePlan(
              k,
              reach,
              rows,
              operator.usefulRows(k),
              network.micros(k, rows) / rows,
              parallelism * rate * operator.stageMicros(k, rate, wait) / MICROS));
    }
    return new OperatorPlan(
        operator.first(), parallelism, operator.busy(rate, wait), List.copyOf(stages));
  }

  /** How runners of so many operators keep the budget; nothing if they can't. */
  private Optional<Setting> setting(int operators) {
    return settings.computeIfAbsent(operators, this::search);
  }

  private Optional<Setting> search(int operators) {
    Layout layout = layout(operators);
    double limit = terms.budget() == null ? Double.MAX_VALUE : terms.budget().toNanos() / 1e3;
    double longest =
        terms.budget() == null ? ServingOptions.DEFAULT_WAIT.toNanos() / 1e3 : LONGEST_WAIT_MICROS;
    double busy = terms.utilisation();
    double enough = Setting.of(layout, longest, busy).cores() * (1 + WORTH_WAITING);
    Setting found = null;
    double cores = Double.MAX_VALUE;
    // What is tried depends on no budget but for whether there is one, and never stops at the
    // first that fails: so the longest that fits grows with the budget.
    for (double wait = 0; wait <= longest && cores > enough; wait = longer(wait)) {
      Setting tried = Setting.of(layout, wait, busy);
      cores = tried.cores();
      found = terms.budget() == null || tried.keptMicros() <= limit ? tried : found;
    }
    for (double less = busy; found == null && less >= least(); less -= BUSY_STEP) {
      Setting tried = Setting.of(layout, 0, less);
      found = tried.keptMicros() <= limit ? tried : null;
    }
    return Optional.ofNullable(found);
  }

  private IllegalArgumentException tooTight(int operators) {
    Layout layout = layout(operators);
    double alone = layout.keptMicros(new double[operators], 0);
    double smallest = Setting.of(layout, 0, least()).keptMicros();
    return new IllegalArgumentException(
        "no plan keeps 99 of 100 events within a budget of %d ms: alone in every stage an event takes %.1f ms. Give a budget of %.0f ms or more, or an operating point that costs less"
            .formatted(terms.budget().toMillis(), alone / 1000, Math.ceil(smallest / 1000)));
  }

  private Layout layout(int operators) {
    return Layout.even(network, operators, terms.overheadMicros());
  }

  /** Runners that are less busy than this aren't planned to keep a budget. */
  private double least() {
    return Math.min(LEAST_BUSY, terms.utilisation());
  }

  private static double longer(double wait) {
    return wait == 0 ? SHORTEST_WAIT_MICROS : wait * WAIT_STEP;
  }

  private static int nextPowerOfTwo(double least) {
    int power = 1;
    while (power < least && power < 1 << 30) {
      power *= 2;
    }
    return power;
  }
}
