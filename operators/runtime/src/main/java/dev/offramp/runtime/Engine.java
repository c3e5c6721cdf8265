package dev.offramp.runtime;

import dev.offramp.schemas.ExitReason;
import dev.offramp.schemas.FailureStage;
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

  /** Tokens in flight for each token of a full batch, so that like lengths can be chosen. */
  private static final int CHOICE = 2;

  /** Tokens of about a thousand short events: fewer in flight cost throughput. */
  private static final int LEAST_ENOUGH = 16_384;

  private final Manifest manifest;
  private final int first;
  private final int end;
  private final Ticker ticker;
  private final Consumer<Outcome> outlet;
  private final Spares spares;
  private final ServingOptions options;
  private final Decision[] decisions;
  private final List<StageRunner> runners = new ArrayList<>();
  private final List<CostCurve> curves = new ArrayList<>();
  private final List<BatchQueue> queues = new ArrayList<>();
  private final List<StageWork> work = new ArrayList<>();
  private final List<FaultIsolation> isolated = new ArrayList<>();

  private final long enough;

  private final LoadWatch watch;
  private final Schedule schedule;
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
    this(bundle, first, end, device, options, ticker, outlet, new Spares(bundle.manifest()));
  }

  /** An engine that shares spares with an intake. */
  Engine(
      Bundle bundle,
      int first,
      int end,
      Device device,
      ServingOptions options,
      Ticker ticker,
      Consumer<Outcome> outlet,
      Spares spares) {
    this(
        bundle,
        first,
        end,
        device,
        options,
        ticker,
        outlet,
        spares,
        device.maxRows(),
        StageRunner::curve);
  }

  /**
   * @param maxRows of a batch
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
      int maxRows,
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
    this.decisions = new Decision[manifest.points().size()];
    String name = options.point() == null ? manifest.defaultPoint() : options.point();
    this.watch = new LoadWatch(manifest, manifest.points().indexOf(manifest.point(name)), options);
    decision(watch.point());
    try {
      for (int k = first; k < end; k++) {
        StageRunner runner = new StageRunner(bundle, k, device);
        runners.add(runner);
        curves.add(curve.apply(runner));
        queues.add(queue(k, maxRows));
        StageWork done = new StageWork(k);
        work.add(done);
        isolated.add(new FaultIsolation(runner, manifest, maxRows, ticker, done, this::reject));
      }
    } catch (Throwable t) {
      // An Error too: buffers outside the heap can be too many for this JVM.
      close();
      throw t;
    }
    schedule = new Schedule(manifest, end, curves, options);
    enough = Math.max(LEAST_ENOUGH, CHOICE * curves.stream().mapToLong(CostCurve::knee).sum());
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
    schedule.plan(event, k, ticker.micros(), waiting);
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
   * @throws InferenceException a stage's session is broken; this engine is of no more use
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
    schedule.worked((double) micros);
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

  /** How many tokens in flight keep the batches of all stages full. */
  long enough() {
    return enough;
  }

  /** How many events may be in flight; see {@link Schedule#timely}. */
  int timely() {
    return schedule.timely();
  }

  /** How many events may be in flight; see {@link Schedule#soonDone}. */
  int soonDone() {
    return schedule.soonDone();
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
    return queues.get(k).with(urgent, schedule.mostMicros(urgent, k, now));
  }

  private int mostWorth(boolean inputAtHand) {
    int chosen = -1;
    double most = -1;
    for (int k = queues.size() - 1; k >= 0; k--) {
      double worth = queues.get(k).worth();
      if (worth >= GOOD) {
        return k;
      }
      if (queues.get(k).size() > 0 && worth > most) {
        most = worth;
        chosen = k;
      }
    }
    return inputAtHand ? -1 : chosen;
  }

  private void run(List<InFlight> batch, int k) {
    FaultIsolation stage = isolated.get(k);
    schedule.fade();
    stage.take(batch);
    List<InFlight> part;
    do {
      long begun = ticker.micros();
      part = stage.next();
      long now = ticker.micros();
      schedule.worked((double) (now - begun));
      if (part != null) {
        observe(part, k, stage.micros());
        goOn(part, k, now);
      }
    } while (part != null);
  }

  private void observe(List<InFlight> batch, int k, long micros) {
    CostCurve curve = curves.get(k);
    int longest = InFlight.longest(batch);
    curve.observe(batch.size(), longest, micros);
    work.get(k).add(batch, longest, micros, curve.error());
    schedule.refresh();
    double tokens = batch.stream().mapToInt(InFlight::length).sum();
    watch.worked(tokens / curve.best());
  }

  /** Lets those events leave that a stage has made sure of, and the others go on. */
  private void goOn(List<InFlight> batch, int k, long now) {
    StageRunner runner = runners.get(k);
    boolean lastStage = first + k == manifest.exits() - 1;
    List<InFlight> survivors = new ArrayList<>();
    for (int row = 0; row < batch.size(); row++) {
      InFlight event = batch.get(row);
      if (decision(event.point).exits.leaves(event.state)) {
        leave(event, lastStage ? ExitReason.FINAL : ExitReason.GATE, now);
      } else if (k + 1 == runners.size()) {
        runner.handOn(event, row, spares);
        outlet.accept(new Outcome.Survived(event));
      } else if (schedule.tooLate(event, k + 1, now)) {
        leave(event, ExitReason.DEADLINE, now);
      } else {
        runner.handOn(event, row, spares);
        schedule.plan(event, k + 1, now, waiting);
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
      if (schedule.tooLate(event, k, now)) {
        leave(event, ExitReason.DEADLINE, now);
      } else {
        inTime.add(event);
      }
    }
    return inTime;
  }

  private void reject(InFlight event, InferenceException why) {
    outlet.accept(
        new Outcome.Rejected(event.context, FailureStage.INFER, why.reason(), why.getMessage()));
    spares.from(event);
    schedule.left();
  }

  private void leave(InFlight event, ExitReason reason, long now) {
    outlet.accept(
        new Outcome.Left(event, decision(event.point).predictions.of(event, reason, now)));
    watch.left(event, reason == ExitReason.DEADLINE, now);
    spares.from(event);
    schedule.left();
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

  private BatchQueue queue(int k, int maxRows) {
    boolean byLength =
        switch (options.batching()) {
          case BY_COST -> true;
          case NO_REGROUPING -> k == first;
          case ARRIVAL_ORDER -> false;
        };
    CostCurve curve = curves.get(k - first);
    if (manifest.input() instanceof Manifest.TextInput text && text.equalLengths()) {
      // Survivors of a batch of equal lengths are one again.
      return byLength || options.batching() == Batching.ARRIVAL_ORDER
          ? new EqualLengthQueue(curve, maxRows)
          : new OrderQueue(maxRows, false);
    }
    return byLength
        ? new LengthQueue(curve, maxRows)
        : new OrderQueue(maxRows, options.batching() == Batching.ARRIVAL_ORDER);
  }
}
