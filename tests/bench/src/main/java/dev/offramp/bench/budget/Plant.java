package dev.offramp.bench.budget;

import dev.offramp.runtime.BudgetController;
import dev.offramp.runtime.BudgetController.Move;
import dev.offramp.runtime.BudgetController.Observation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;

/**
 * One runner in virtual time, as the job has it: events that come while it is full wait unread; the
 * oldest in flight run together; after the first exit those leave that the rest of the batch would
 * make late; a controller looks every tenth of a second and chooses the point of those read next.
 * Everything follows from the scenario and a seed. One thread.
 */
final class Plant {
  private record InFlight(double deadline, double cost, int point) {}

  private static final double LOOK = 0.1;

  private final Scenario scenario;
  private final Machine machine;
  private final Timeline timeline;
  private final BiConsumer<Double, Move> moved;
  private final BudgetController controller;
  private final SplittableRandom arrivals;
  private final SplittableRandom depths;
  private final List<Depths> depthsByPoint = new ArrayList<>();
  private final ArrayDeque<Double> unread = new ArrayDeque<>();
  private final ArrayDeque<InFlight> waiting = new ArrayDeque<>();
  private double now;
  private double nextArrival;
  private int slot;
  private int running;
  private double heldBack;
  private double lookedAt;
  private double busySeconds;
  private double busy;
  private long left;
  private long late;
  private long forced;

  /**
   * A runner that is idle yet.
   *
   * @param timeline that it adds what happens to
   * @param moved hears of each move and its second
   */
  Plant(Scenario scenario, long seed, Timeline timeline, BiConsumer<Double, Move> moved) {
    this.scenario = scenario;
    this.machine = scenario.machine();
    this.timeline = timeline;
    this.moved = moved;
    this.controller =
        new BudgetController(machine.points(), scenario.configured(), scenario.settings());
    SplittableRandom random = new SplittableRandom(seed);
    this.arrivals = random.split();
    this.depths = random.split();
    machine.points().forEach(p -> depthsByPoint.add(new Depths(p.cost())));
    this.nextArrival = arrivalAfter(0);
  }

  /** Serves the whole load; what is left at its end is served too. */
  void run() {
    while (now < scenario.seconds() || !waiting.isEmpty()) {
      if (waiting.isEmpty()) {
        advance(Math.min(nextArrival, lookedAt + LOOK));
      } else {
        runBatch();
      }
      if (now >= lookedAt + LOOK - 1e-9) {
        look();
      }
    }
  }

  /** Thinning: candidates come at the highest rate, and some are none. */
  private double arrivalAfter(double second) {
    double highest = scenario.highestRate() / machine.runners();
    double at = second;
    do {
      at -= Math.log(1 - arrivals.nextDouble()) / highest;
    } while (at < scenario.seconds()
        && arrivals.nextDouble() * scenario.highestRate() > scenario.rate().applyAsDouble(at));
    return at < scenario.seconds() ? at : Double.POSITIVE_INFINITY;
  }

  private void runBatch() {
    double slowness = scenario.slowness().applyAsDouble(now);
    List<InFlight> batch = new ArrayList<>(machine.batch());
    while (batch.size() < machine.batch() && !waiting.isEmpty()) {
      batch.add(waiting.poll());
    }
    running = batch.size();
    double begun = now;
    double held = heldBack;
    double first = machine.points().get(0).cost();
    double needed = slowness * batch.size() * machine.secondsOf(first);
    double beside = batch.size() * machine.overheadSeconds();
    double firstPart = machine.networkSecondsOf(first * batch.size(), batch.size());
    advance(now + slowness * (beside + firstPart));
    double rest = slowness * restOf(batch, first);
    while (rest > 0 && now + rest > batch.get(0).deadline()) {
      leave(batch.remove(0), true);
      rest = slowness * restOf(batch, first);
    }
    for (InFlight event : batch) {
      needed += slowness * deeper(event, first) * machine.networkSeconds();
    }
    advance(now + rest);
    batch.forEach(event -> leave(event, false));
    double heldNow = heldBack - held;
    double free = now - begun - heldNow;
    busySeconds += heldNow + free * Math.min(1, needed / (now - begun));
  }

  private double restOf(List<InFlight> batch, double first) {
    double costs = 0;
    for (InFlight event : batch) {
      costs += deeper(event, first);
    }
    return machine.networkSecondsOf(costs, batch.size());
  }

  private static double deeper(InFlight event, double first) {
    return Math.max(0, event.cost() - first);
  }

  private void leave(InFlight event, boolean isForced) {
    running--;
    boolean isLate = now > event.deadline();
    left++;
    late += isLate ? 1 : 0;
    forced += isForced ? 1 : 0;
    Timeline.Slot at = timeline.at(now);
    at.left++;
    at.late += isLate ? 1 : 0;
    at.forced += isForced ? 1 : 0;
    at.bad += isLate || isForced ? 1 : 0;
    at.accuracy += machine.points().get(isForced ? 0 : event.point()).accuracy();
    readOn();
  }

  /** Lets time pass: events arrive, and slots end. */
  private void advance(double to) {
    while (nextArrival <= to) {
      pass(nextArrival);
      timeline.at(now).arrived++;
      unread.add(now);
      readOn();
      nextArrival = arrivalAfter(now);
    }
    pass(to);
  }

  private void pass(double to) {
    if (!unread.isEmpty()) {
      heldBack += to - now;
    }
    now = to;
    while (slot < timeline.size() && (slot + 1) * Timeline.SLOT <= now) {
      Timeline.Slot ended = timeline.get(slot++);
      ended.unread += unread.size();
      ended.point += (double) controller.point() / machine.runners();
      ended.busy += busy / machine.runners();
    }
  }

  private void readOn() {
    while (!unread.isEmpty() && waiting.size() + running < machine.capacity()) {
      double sent = unread.poll();
      double from = scenario.fromSource() ? sent : now;
      int point = controller.point();
      double cost = depthsByPoint.get(point).next(depths);
      waiting.add(new InFlight(from + scenario.budgetSeconds(), cost, point));
    }
  }

  private void look() {
    busy = Math.min(1, busySeconds / (now - lookedAt));
    lookedAt = now;
    double at = now;
    controller
        .observe(new Observation(Math.round(now * 1e6), left, late, forced, busy))
        .ifPresent(move -> moved.accept(at, move));
    busySeconds = 0;
    left = 0;
    late = 0;
    forced = 0;
  }
}
