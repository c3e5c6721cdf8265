package dev.offramp.fit.plan;

/**
 * One runner of an operator, which serves a run of stages with a core to itself, by the number of
 * events that the job gets for each runner. All arithmetic of a plan is per runner: twice the
 * events on twice the runners is the same to each.
 *
 * <ul>
 *   <li>Rows: while an event waits for company, the events that get to the stage in that time join
 *       it: rows = 1 + rate x reach x wait, at most the useful ones.
 *   <li>Busy: rate x (overhead + sum over its stages of reach x micros(rows) / rows).
 *   <li>Wait for the runner, as in a queue with one server and random arrivals (Pollaczek and
 *       Khinchine): half the sum over all kinds of batches of their number a second times their
 *       time squared, over 1 - busy. Longer waits fall off exponentially: P(W > t) = busy x
 *       exp(-busy x t / mean), so the variance is mean^2 x (2 / busy - 1).
 * </ul>
 *
 * <p>Both are on the safe side: batches come more evenly than random arrivals, and a runner without
 * other work doesn't wait to fill one.
 */
final class Operator {
  /**
   * For an event that crosses from one operator to another of its own parallelism, on each side.
   * Writing or reading a hidden state of some 5,000 floats took 12 to 13 microseconds on a busy
   * machine; the network's part wasn't measured, and what is put down for it is on the safe side.
   */
  static final double HANDOVER_MICROS = 40;

  private static final double MICROS = 1e6;

  private final Network network;
  private final int first;
  private final int end;
  private final double overhead;
  private final int[] useful;

  /** A runner of the stages from first to before end. */
  Operator(Network network, int first, int end, double overheadMicros) {
    this.network = network;
    this.first = first;
    this.end = end;
    this.useful = new int[end];
    for (int k = first; k < end; k++) {
      useful[k] = network.usefulRows(k);
    }
    double handOn = end < network.size() ? HANDOVER_MICROS * network.reach(end) : 0;
    double own = first == 0 ? overheadMicros : HANDOVER_MICROS * network.reach(first);
    this.overhead = own + handOn;
  }

  int first() {
    return first;
  }

  int end() {
    return end;
  }

  /** Rows of a mean batch. */
  double rows(int stage, double rate, double waitMicros) {
    return Math.min(useful[stage], 1 + rate * network.reach(stage) * waitMicros / MICROS);
  }

  /** Whether an event is held for company at a stage at all. */
  boolean gathers(int stage) {
    return useful[stage] > 1;
  }

  int usefulRows(int stage) {
    return useful[stage];
  }

  /** Core microseconds of an event of the job at this operator, beside the stages. */
  double overheadMicros() {
    return overhead;
  }

  /** Core microseconds of an event of the job at a stage. */
  double stageMicros(int stage, double rate, double waitMicros) {
    double rows = rows(stage, rate, waitMicros);
    return network.reach(stage) * network.micros(stage, rows) / rows;
  }

  /** Share of its time that the runner works; above 1 it can't keep up. */
  double busy(double rate, double waitMicros) {
    double micros = overhead;
    for (int k = first; k < end; k++) {
      micros += stageMicros(k, rate, waitMicros);
    }
    return rate * micros / MICROS;
  }

  /** The most events a second that keep it no busier than this. */
  double rate(double busy, double waitMicros) {
    double low = 0;
    double high = 1;
    while (busy(high, waitMicros) < busy) {
      low = high;
      high *= 2;
    }
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (busy(middle, waitMicros) <= busy) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The wait for the runner at one visit. */
  Waits waits(double rate, double waitMicros) {
    double busy = busy(rate, waitMicros);
    if (busy == 0 || busy >= 1) {
      return busy == 0 ? Waits.NONE : Waits.ENDLESS;
    }
    double squares = rate * overhead * overhead;
    for (int k = first; k < end; k++) {
      double rows = rows(k, rate, waitMicros);
      double micros = network.micros(k, rows);
      squares += rate * network.reach(k) / rows * micros * micros;
    }
    double mean = squares / MICROS / (2 * (1 - busy));
    return new Waits(mean, mean * mean * (2 / busy - 1));
  }
}
