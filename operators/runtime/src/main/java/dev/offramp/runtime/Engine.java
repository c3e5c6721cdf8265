package dev.offramp.runtime;

import dev.offramp.schemas.ExitReason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Serves a run of consecutive stages: events wait in one queue a stage, batches of like length run,
 * those whose gate says so leave, survivors join the next queue and are gathered there again.
 *
 * <p>What runs next: a batch with an event that would else be late (or has waited too long), else
 * the deepest batch that is worth nearly all that its stage can do (deep ones first, so that what
 * was begun is finished and little waits), else, if no more input is at hand, the batch that is
 * worth the most: waiting for company while the processor idles would win nothing.
 *
 * <p>An event keeps the operating point that it was admitted at, since calibration holds for events
 * that all gates of one point have seen. Not thread-safe: one thread calls all of it.
 */
public final class Engine implements AutoCloseable {
  /** A batch worth this much of the best is not made to wait for more. */
  private static final double GOOD = 0.95;

  /** This share of a budget is kept for the way out of the engine. */
  private static final int WAY_OUT = 10;

  /** What a batch ago counts, for the mean work of an event. */
  private static final double FADING = 0.999;

  /** Events that say what one takes. */
  private static final int SOME = 100;

  /** Tokens of a short event, of which batches take the most. */
  private static final int SHORT = 8;

  /** Enough to choose like lengths from. */
  private static final int LEAST_ENOUGH = 256;

  /** So many may be in flight in any case: fewer would leave batches empty. */
  private static final int FEWEST = 16;

  private final Manifest manifest;
  private final int first;
  private final int end;
  private final Ticker ticker;
  private final Consumer<Outcome> outlet;
  private final long waitMicros;
  private final Spares spares;
  private final ServingOptions options;
  private final Decision[] decisions;
  private final List<StageRunner> runners = new ArrayList<>();
  private final List<CostCurve> curves = new ArrayList<>();
  private final List<BatchQueue> queues = new ArrayList<>();
  private final List<StageWork> work = new ArrayList<>();

  private final int enough;

  /** All stages' multiply-adds from this engine's last stage on, over that stage's own. */
  private final double beyond;

  private final LoadWatch watch;
  private double longestBatch;

  /** Microseconds of work, and events that left, lately: older ones count less and less. */
  private double worked;

  private double left;
  private int waiting;

  /** What decides at one operating point. */
  private record Decision(Exits exits, Predictions predictions) {}

  /**
   * An engine for the stages from first to before end.
   *
   * @param outlet receives one {@link Outcome} for each event admitted, on the calling thread; the
   *     state of an event that left is used again as soon as it returns
   * @throws BundleException a stage can't be loaded
   * @throws IllegalArgumentException the bundle has no such point, level or stages
   */
  public Engine(
      Bundle bundle,
      int first,
      int end,
      Device device,
      ServingOptions options,
      Ticker ticker,
      Consumer<Outcome> outlet) {
    this(
        bundle,
        first,
        end,
        device,
        options,
        ticker,
        outlet,
        new Spares(bundle.manifest()),
        StageRunner::curve);
  }

  /**
   * @param spares shared with the intake
   * @param curve of a stage
   */
  Engine(
      Bundle bundle,
      int first,
      int end,
      Device device,
      ServingOptions options,
      Ticker ticker,
      Consumer<Outcome> outlet,
      Spares spares,
      Function<StageRunner, CostCurve> curve) {
    this.manifest = bundle.manifest();
    if (first < 0 || first >= end || end > manifest.exits()) {
      throw new IllegalArgumentException(
          "stages %d to before %d: bundle %s has %d"
              .formatted(first, end, manifest.id(), manifest.exits()));
    }
    this.first = first;
    this.end = end;
    this.ticker = ticker;
    this.outlet = outlet;
    this.options = options;
    this.spares = spares;
    this.waitMicros = options.waitMicros();
    this.decisions = new Decision[manifest.points().size()];
    String name = options.point() == null ? manifest.defaultPoint() : options.point();
    this.watch = new LoadWatch(manifest, manifest.points().indexOf(manifest.point(name)), options);
    this.beyond = beyond(manifest, end);
    decision(watch.point());
    try {
      for (int k = first; k < end; k++) {
        StageRunner runner = new StageRunner(bundle, k, device);
        runners.add(runner);
        curves.add(curve.apply(runner));
        queues.add(queue(k, device));
        work.add(new StageWork(k));
      }
    } catch (Throwable t) {
      // An Error too: buffers outside the heap can be too many for this JVM.
      close();
      throw t;
    }
    longestBatch = longestBatch();
    enough = Math.max(LEAST_ENOUGH, curves.stream().mapToInt(CostCurve::knee).sum() / SHORT);
  }

  /** Takes in an event that is due for one of this engine's stages. */
  public void admit(InFlight event) {
    int k = event.stage() - first;
    if (k < 0 || k >= runners.size()) {
      throw new IllegalArgumentException(
          "event %s is due for stage %d, this engine serves %d to before %d"
              .formatted(event.id, event.stage(), first, end));
    }
    if (event.point < 0) {
      event.point = watch.point();
    }
    schedule(event, k, ticker.micros());
    queues.get(k).add(event);
    waiting++;
  }

  /** How many admitted events have no outcome yet. */
  public int waiting() {
    return waiting;
  }

  /**
   * Runs one batch, if one is worth running.
   *
   * @param inputAtHand whether more events can be admitted at once; then small batches wait for
   *     them
   * @return whether a batch was run
   * @throws InferenceException a stage fails; its batch is lost to this engine
   */
  public boolean step(boolean inputAtHand) {
    if (waiting == 0) {
      return false;
    }
    long now = ticker.micros();
    List<InFlight> batch;
    int k = mostUrgent(now);
    if (k >= 0) {
      batch = urgentBatch(k, now);
    } else {
      k = mostWorth(inputAtHand);
      if (k < 0) {
        return false;
      }
      batch = queues.get(k).best();
    }
    waiting -= batch.size();
    if (first + k > 0) {
      batch = releaseLate(batch, k, now);
    }
    if (!batch.isEmpty()) {
      run(batch, k);
    }
    return true;
  }

  /** Tells the engine of work that was done for it elsewhere, microseconds. */
  void worked(long micros) {
    watch.worked((double) micros);
    worked += micros;
  }

  /**
   * Lets the operating point follow load; to be called now and then.
   *
   * @param heldBack whether input waits because too much is in flight
   */
  void watch(boolean heldBack) {
    watch.at(ticker.micros(), heldBack);
  }

  /** Index of the operating point that events are admitted at; any thread. */
  public int point() {
    return watch.point();
  }

  /** How many events in flight keep the batches of all stages full. */
  int enough() {
    return enough;
  }

  /**
   * How many events may be in flight, so that what comes next can still be in time: as many as half
   * a budget is enough for, at what an event takes now.
   */
  int timely() {
    if (options.budget() == null || left < SOME) {
      return Integer.MAX_VALUE;
    }
    double micros = Math.max(1, worked / left);
    return (int) Math.max(FEWEST, Math.min(1e9, options.budgetMicros() / 2.0 / micros));
  }

  /** What each stage has done so far, first to last; others may read while this engine works. */
  public List<StageWork> work() {
    return Collections.unmodifiableList(work);
  }

  @Override
  public void close() {
    runners.forEach(StageRunner::close);
    runners.clear();
  }

  /** The queue with the event in the greatest hurry; -1 if there is time. */
  private int mostUrgent(long now) {
    int chosen = -1;
    long earliest = now;
    for (int k = 0; k < queues.size(); k++) {
      long latest = queues.get(k).latestMicros();
      if (latest <= earliest) {
        earliest = latest;
        chosen = k;
      }
    }
    return chosen;
  }

  /** A batch with the event in the greatest hurry, small enough to leave it time for the rest. */
  private List<InFlight> urgentBatch(int k, long now) {
    InFlight urgent = queues.get(k).mostUrgent();
    double left = deadline(urgent) - now - alone(k + 1, urgent.length());
    boolean inTime = left > curves.get(k).micros(1, urgent.length());
    return queues.get(k).with(urgent, inTime ? left : Double.MAX_VALUE);
  }

  private int mostWorth(boolean inputAtHand) {
    int chosen = -1;
    double most = 0;
    for (int k = queues.size() - 1; k >= 0; k--) {
      double worth = queues.get(k).worth();
      if (worth >= GOOD) {
        return k;
      }
      if (worth > most) {
        most = worth;
        chosen = k;
      }
    }
    return inputAtHand ? -1 : chosen;
  }

  private void run(List<InFlight> batch, int k) {
    StageRunner runner = runners.get(k);
    long begun = ticker.micros();
    runner.run(batch);
    long now = ticker.micros();
    int longest = InFlight.longest(batch);
    curves.get(k).observe(batch.size(), longest, now - begun);
    work.get(k).add(batch, longest, now - begun, curves.get(k).error());
    longestBatch = longestBatch();
    double tokens = batch.stream().mapToInt(InFlight::length).sum();
    watch.worked(tokens / curves.get(k).best());
    worked = FADING * worked + (now - begun);
    left *= FADING;
    boolean lastStage = first + k == manifest.exits() - 1;
    List<InFlight> survivors = new ArrayList<>();
    for (int row = 0; row < batch.size(); row++) {
      InFlight event = batch.get(row);
      if (decision(event.point).exits.leaves(event.state)) {
        leave(event, lastStage ? ExitReason.FINAL : ExitReason.GATE, now);
      } else if (k + 1 == runners.size()) {
        runner.handOn(event, row, spares);
        outlet.accept(new Outcome.Survived(event));
      } else if (tooLate(event, k + 1, now)) {
        leave(event, ExitReason.DEADLINE, now);
      } else {
        runner.handOn(event, row, spares);
        schedule(event, k + 1, now);
        survivors.add(event);
      }
    }
    if (!survivors.isEmpty()) {
      queues.get(k + 1).addAll(survivors);
      waiting += survivors.size();
    }
  }

  /** Lets those leave that waited too long to reach the next exit in time. */
  private List<InFlight> releaseLate(List<InFlight> batch, int k, long now) {
    List<InFlight> inTime = new ArrayList<>(batch.size());
    for (InFlight event : batch) {
      if (tooLate(event, k, now)) {
        leave(event, ExitReason.DEADLINE, now);
      } else {
        inTime.add(event);
      }
    }
    return inTime;
  }

  private boolean tooLate(InFlight event, int k, long now) {
    CostCurve curve = curves.get(k);
    return event.hasBudget()
        && now + curve.micros(Math.max(event.length(), curve.knee())) > deadline(event);
  }

  private void leave(InFlight event, ExitReason reason, long now) {
    outlet.accept(
        new Outcome.Left(event, decision(event.point).predictions.of(event, reason, now)));
    watch.left(event, reason == ExitReason.DEADLINE, now);
    spares.from(event);
    left++;
  }

  /**
   * Says when an event must run: after its wait and the time that all before it takes, or, if that
   * is earlier, when it could just reach the last exit alone behind one more batch.
   */
  private void schedule(InFlight event, int k, long now) {
    double latest = now + waitMicros + (left > 0 ? waiting * worked / left : 0);
    if (event.hasBudget()) {
      latest = Math.min(latest, deadline(event) - alone(k, event.length()) - longestBatch);
    }
    event.latestMicros = (long) latest;
  }

  private static double deadline(InFlight event) {
    return event.hasBudget()
        ? event.deadlineMicros() - event.budgetMicros / (double) WAY_OUT
        : Double.MAX_VALUE;
  }

  /** Microseconds that an event takes by itself from a stage to the network's last exit. */
  private double alone(int from, int length) {
    double sum = 0;
    for (int k = from; k < curves.size(); k++) {
      double micros = curves.get(k).micros(1, length);
      sum += k == curves.size() - 1 ? micros * beyond : micros;
    }
    return sum;
  }

  private double longestBatch() {
    double longest = 0;
    for (CostCurve curve : curves) {
      longest = Math.max(longest, curve.micros(curve.knee()));
    }
    return longest;
  }

  private Decision decision(int index) {
    if (decisions[index] == null) {
      Exits exits = new Exits(manifest, manifest.points().get(index));
      decisions[index] =
          new Decision(
              exits,
              new Predictions(manifest, exits, options.predictionSet(), options.confidenceLevel()));
    }
    return decisions[index];
  }

  private BatchQueue queue(int k, Device device) {
    boolean byLength =
        switch (options.batching()) {
          case BY_COST -> true;
          case NO_REGROUPING -> k == first;
          case ARRIVAL_ORDER -> false;
        };
    return byLength
        ? new LengthQueue(curves.get(k - first), device.maxRows())
        : new OrderQueue(device.maxRows(), options.batching() == Batching.ARRIVAL_ORDER);
  }

  private static double beyond(Manifest manifest, int end) {
    double own = manifest.stages().get(end - 1).multiplyAdds();
    double all = 0;
    for (int k = end - 1; k < manifest.exits(); k++) {
      all += manifest.stages().get(k).multiplyAdds();
    }
    return own > 0 ? all / own : 1;
  }
}
