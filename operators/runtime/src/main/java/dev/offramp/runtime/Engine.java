package dev.offramp.runtime;

import dev.offramp.schemas.ExitReason;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Serves a run of consecutive stages: events wait in one queue a stage, batches of like length run,
 * those whose gate says so leave, survivors join the next queue and are gathered there again.
 *
 * <p>What runs next: a batch whose oldest event has waited too long, else the deepest batch that
 * has reached the knee (deep ones first, so that what was begun is finished and little waits),
 * else, if no more input is at hand, the batch with the most tokens: waiting for company while the
 * processor idles would win nothing. Not thread-safe: one thread calls all of it.
 */
public final class Engine implements AutoCloseable {
  private final Manifest manifest;
  private final int first;
  private final int end;
  private final Ticker ticker;
  private final Consumer<Outcome> outlet;
  private final int kneeTokens;
  private final long waitMicros;
  private final Exits exits;
  private final Predictions predictions;
  private final List<StageRunner> runners = new ArrayList<>();
  private final List<BatchQueue> queues = new ArrayList<>();
  private final List<Forecast> forecasts = new ArrayList<>();
  private int waiting;

  /**
   * An engine for the stages from first to before end.
   *
   * @param outlet receives one {@link Outcome} for each event admitted, on the calling thread
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
    this.kneeTokens = device.kneeTokens();
    this.waitMicros = options.waitMicros();
    String point = options.point() == null ? manifest.defaultPoint() : options.point();
    this.exits = new Exits(manifest, manifest.point(point));
    this.predictions =
        new Predictions(manifest, exits, options.predictionSet(), options.confidenceLevel());
    try {
      for (int k = first; k < end; k++) {
        runners.add(new StageRunner(bundle, k, device));
        queues.add(new BatchQueue(kneeTokens, device.maxRows()));
        forecasts.add(new Forecast());
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Takes in an event that is due for one of this engine's stages. */
  public void admit(InFlight event) {
    int k = event.stage() - first;
    if (k < 0 || k >= runners.size()) {
      throw new IllegalArgumentException(
          "event %s is due for stage %d, this engine serves %d to before %d"
              .formatted(event.id, event.stage(), first, end));
    }
    queues.get(k).add(event, ticker.micros());
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
    long overdue = ticker.micros() - waitMicros;
    int k = choose(overdue, inputAtHand);
    if (k < 0) {
      return false;
    }
    List<InFlight> batch = queues.get(k).take(overdue);
    waiting -= batch.size();
    if (k > 0) {
      batch = releaseLate(batch, k);
    }
    if (!batch.isEmpty()) {
      run(batch, k);
    }
    return true;
  }

  @Override
  public void close() {
    runners.forEach(StageRunner::close);
    runners.clear();
  }

  private int choose(long overdue, boolean inputAtHand) {
    int chosen = -1;
    long oldest = overdue;
    for (int k = 0; k < queues.size(); k++) {
      long queued = queues.get(k).oldestMicros();
      if (queued <= oldest) {
        oldest = queued;
        chosen = k;
      }
    }
    for (int k = queues.size() - 1; chosen < 0 && k >= 0; k--) {
      if (queues.get(k).full()) {
        chosen = k;
      }
    }
    if (chosen < 0 && !inputAtHand) {
      long most = 0;
      for (int k = 0; k < queues.size(); k++) {
        if (queues.get(k).tokens() > most) {
          most = queues.get(k).tokens();
          chosen = k;
        }
      }
    }
    return chosen;
  }

  private void run(List<InFlight> batch, int k) {
    long begun = ticker.micros();
    runners.get(k).run(batch);
    long now = ticker.micros();
    forecasts.get(k).observe((long) batch.size() * InFlight.longest(batch), now - begun);
    boolean lastStage = first + k == manifest.exits() - 1;
    for (InFlight event : batch) {
      if (exits.leaves(event.state)) {
        leave(event, lastStage ? ExitReason.FINAL : ExitReason.GATE, now);
      } else if (k + 1 == runners.size()) {
        outlet.accept(new Outcome.Survived(event));
      } else if (tooLate(event, k + 1, now)) {
        leave(event, ExitReason.DEADLINE, now);
      } else {
        queues.get(k + 1).add(event, now);
        waiting++;
      }
    }
  }

  /** Lets those leave that waited too long to reach the next exit in time. */
  private List<InFlight> releaseLate(List<InFlight> batch, int k) {
    long now = ticker.micros();
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
    return event.deadlineMicros() != Long.MAX_VALUE
        && now + forecasts.get(k).micros(Math.max(event.length(), kneeTokens))
            > event.deadlineMicros();
  }

  private void leave(InFlight event, ExitReason reason, long now) {
    event.hidden = null;
    outlet.accept(new Outcome.Left(event, predictions.of(event, reason, now)));
  }
}
