package dev.offramp.runtime;

import dev.offramp.schemas.Event;
import dev.offramp.schemas.FailureStage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A thread of its own that tokenizes events and runs an {@link Engine} over them, so that the
 * thread that feeds it can go on reading and writing meanwhile. Events go in one by one, outcomes
 * come back in lists. Any one thread may submit; the callbacks run on the runner's thread.
 */
public final class Runner implements AutoCloseable {
  private record Raw(Event event, Object context, long receivedMicros) {}

  /** So many are taken in before the next batch, even if there are more. */
  private static final int INTAKE = 64;

  /** After so long the next batch is due, even if fewer were taken in: long texts take longer. */
  private static final long INTAKE_NANOS = 4_000_000;

  private static final long PATIENCE_NANOS = 1_000_000;

  private final Engine engine;
  private final Intake intake;
  private final FootprintEstimate footprints;
  private final Consumer<List<Outcome>> results;
  private final Consumer<Throwable> failed;
  private final ConcurrentLinkedQueue<Object> inbox = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean noMoreInput;
  private volatile int timely = Integer.MAX_VALUE;
  private volatile int soonDone = Schedule.FEWEST_PATIENT;
  private volatile boolean closed;
  private List<Outcome> outcomes = new ArrayList<>();

  /**
   * Starts the thread.
   *
   * @param name of the thread
   * @param bundle to serve
   * @param first the first stage served
   * @param end the stage behind the last one served
   * @param results receives every outcome once, soon after it is known
   * @param failed receives what ended the thread, if anything but {@link #close} does
   */
  public Runner(
      String name,
      Bundle bundle,
      int first,
      int end,
      Device device,
      ServingOptions options,
      Ticker ticker,
      Consumer<List<Outcome>> results,
      Consumer<Throwable> failed) {
    this.results = results;
    this.failed = failed;
    Spares spares = new Spares(bundle.manifest());
    this.engine =
        new Engine(bundle, first, end, device, options, ticker, o -> outcomes.add(o), spares);
    Intake opened = null;
    try {
      opened = first == 0 ? new Intake(bundle, options.budgetMicros(), spares) : null;
      this.intake = opened;
      this.footprints = new FootprintEstimate(bundle.manifest(), first, end, opened);
      this.thread = new Thread(this::loop, name);
      thread.setDaemon(true);
      thread.start();
    } catch (Throwable t) {
      // An Error too: the tokenizer's native library can be missing, threads can be too many.
      engine.close();
      if (opened != null) {
        opened.close();
      }
      throw t;
    }
  }

  /**
   * Hands in an event for stage 0.
   *
   * @param context comes back in its outcome
   * @param receivedMicros when it was received, microseconds since the epoch
   */
  public void submit(Event event, Object context, long receivedMicros) {
    put(new Raw(event, context, receivedMicros));
  }

  /** Hands in a survivor of an earlier run of stages. */
  public void submit(InFlight event) {
    put(event);
  }

  /**
   * Says whether the submitter waits for outcomes before it submits more (it is full, or drains),
   * so that small batches need not wait for company.
   */
  public void noMoreInput(boolean none) {
    noMoreInput = none;
    LockSupport.unpark(thread);
  }

  /**
   * How many events may be in flight: as many as were asked for, or else as many as can leave soon;
   * with a latency budget no more than can be in time. May change at any time.
   *
   * @param capacity asked for; {@link Integer#MAX_VALUE}: none was
   */
  public int mostEvents(int capacity) {
    return Math.min(capacity == Integer.MAX_VALUE ? soonDone : capacity, timely);
  }

  /**
   * How many tokens may be in flight, as {@link EventFootprint} counts them: as many as keep the
   * batches of all stages full, or any number where a number of events was asked for.
   *
   * @param capacity events asked for; {@link Integer#MAX_VALUE}: none was
   */
  public long mostTokens(int capacity) {
    return capacity == Integer.MAX_VALUE ? engine.enough() : Long.MAX_VALUE;
  }

  /** What an event counts for while it is in flight. Any thread. */
  public EventFootprint footprint(Event event) {
    return footprints.of(event);
  }

  /** What a survivor of an earlier run of stages counts for while it is in flight. Any thread. */
  public EventFootprint footprint(InFlight event) {
    return footprints.of(event);
  }

  /** The engine's {@link Engine#work}. */
  public List<StageWork> work() {
    return engine.work();
  }

  /** The engine's {@link Engine#point}. */
  public int point() {
    return engine.point();
  }

  /**
   * Ends the thread after the batch it is running, and unloads the stages. Events without an
   * outcome get none.
   */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        // The batch must end before its buffers go, whoever is in a hurry.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void put(Object item) {
    inbox.add(item);
    LockSupport.unpark(thread);
  }

  private void loop() {
    try {
      while (!closed) {
        boolean more = takeIn();
        boolean ran = engine.step(more);
        engine.watch(noMoreInput || more);
        timely = engine.timely();
        soonDone = engine.soonDone();
        handOver();
        if (!ran && !more && inbox.isEmpty() && !closed) {
          rest();
        }
      }
    } catch (Throwable t) {
      // An Error too: the task must fail with its cause, not hang on a dead thread.
      failed.accept(t);
    } finally {
      engine.close();
      if (intake != null) {
        intake.close();
      }
    }
  }

  /** Sleeps until there is something to do, but never for good while events wait. */
  private void rest() {
    if (engine.waiting() > 0) {
      LockSupport.parkNanos(this, PATIENCE_NANOS);
    } else {
      LockSupport.park(this);
    }
  }

  /** Admits what lies in the inbox, up to a limit; whether more can be admitted at once. */
  private boolean takeIn() {
    long begun = System.nanoTime();
    int taken = 0;
    boolean enough = false;
    Object item = inbox.poll();
    while (item != null) {
      if (item instanceof InFlight event) {
        engine.admit(event);
      } else {
        accept((Raw) item);
      }
      taken++;
      enough = taken == INTAKE || System.nanoTime() - begun > INTAKE_NANOS;
      item = enough ? null : inbox.poll();
    }
    if (taken > 0) {
      engine.worked((System.nanoTime() - begun) / 1000);
    }
    return enough && !noMoreInput && !inbox.isEmpty();
  }

  private void accept(Raw raw) {
    try {
      engine.admit(intake.accept(raw.event, raw.context, raw.receivedMicros));
    } catch (RejectedEventException e) {
      outcomes.add(
          new Outcome.Rejected(raw.context, FailureStage.VALIDATE, e.reason(), e.getMessage()));
    }
  }

  private void handOver() {
    if (!outcomes.isEmpty()) {
      List<Outcome> done = outcomes;
      outcomes = new ArrayList<>();
      results.accept(done);
    }
  }
}
