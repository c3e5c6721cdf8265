package dev.offramp.fit.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * The stages divided into operators, each on runners of its own, and how long events take through
 * all of them. An event that leaves at exit k visits stages 0 to k. At each it is held for company
 * for the whole batch wait, waits for the runner, and is served with its batch. Exits are weighed
 * by the share of events that take them: the time that 99 of 100 events keep to belongs to the
 * mixture. Immutable.
 */
final class Layout {
  /** Share of events that may be late. */
  static final double LATE = 0.01;

  /** An hour: nobody's budget. */
  private static final double NEVER_MICROS = 3.6e9;

  private final Network network;
  private final List<Operator> operators;

  private Layout(Network network, List<Operator> operators) {
    this.network = network;
    this.operators = operators;
  }

  /** So many operators of like length, as the job's option {@code operators.count} makes them. */
  static Layout even(Network network, int operators, double overheadMicros) {
    List<Operator> all = new ArrayList<>();
    for (int i = 0; i < operators; i++) {
      int first = i * network.size() / operators;
      int end = (i + 1) * network.size() / operators;
      all.add(new Operator(network, first, end, overheadMicros));
    }
    return new Layout(network, List.copyOf(all));
  }

  List<Operator> operators() {
    return operators;
  }

  /** The most events a second for a runner of each operator that keep it no busier than this. */
  double[] rates(double busy, double waitMicros) {
    return operators.stream().mapToDouble(o -> o.rate(busy, waitMicros)).toArray();
  }

  /** Microseconds from arrival that 99 of 100 events keep to; infinite if none does. */
  double keptMicros(double[] rates, double waitMicros) {
    if (late(rates, waitMicros, NEVER_MICROS) > LATE) {
      return Double.POSITIVE_INFINITY;
    }
    double low = 0;
    double high = NEVER_MICROS;
    while (high - low > 1) {
      double middle = (low + high) / 2;
      if (late(rates, waitMicros, middle) <= LATE) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  /** Share of events that take longer than this. */
  private double late(double[] rates, double waitMicros, double limitMicros) {
    double late = 0;
    double fixed = 0;
    Waits waits = Waits.NONE;
    for (int i = 0; i < operators.size(); i++) {
      Operator operator = operators.get(i);
      Waits visit = operator.waits(rates[i], waitMicros);
      fixed += i == 0 ? operator.overheadMicros() : 2 * Operator.HANDOVER_MICROS;
      for (int k = operator.first(); k < operator.end(); k++) {
        fixed += operator.gathers(k) ? waitMicros : 0;
        fixed += network.micros(k, operator.rows(k, rates[i], waitMicros));
        waits = waits.plus(visit);
        late += network.exitShares().get(k) * waits.longerThan(limitMicros - fixed);
      }
    }
    return late;
  }
}
