package dev.offramp.flink;

import dev.offramp.flink.HeldWatermarks.Epoch;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.EventFootprint;
import dev.offramp.runtime.InFlight;
import dev.offramp.runtime.Outcome;
import dev.offramp.runtime.Runner;
import dev.offramp.runtime.Ticker;
import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.FailureStage;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.Reason;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamElement;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.OutputTag;
import org.apache.flink.util.function.ThrowingRunnable;

/**
 * Serves a run of stages. Inference goes on in a {@link Runner}, a thread of its own; outcomes come
 * back to the task's thread as mails, one for each list. When too many events, tokens or bytes are
 * in flight, the operator yields to its mails until there is room, which is back-pressure. Before a
 * checkpoint's barrier and at the end of input it drains, so that it has no state. Survivors are
 * the main output; predictions and dead letters are side outputs. All methods run on the task's
 * thread unless they say otherwise.
 */
final class EarlyExitOperator<IN> extends AbstractStreamOperator<InFlight>
    implements OneInputStreamOperator<IN, InFlight> {
  static final OutputTag<Prediction> PREDICTIONS =
      new OutputTag<>("offramp-predictions", new RecordTypeInfo<>(Prediction.class));
  static final OutputTag<DeadLetter> DEAD_LETTERS =
      new OutputTag<>("offramp-dead-letters", new RecordTypeInfo<>(DeadLetter.class));

  /** What an event leaves at the desk while it is in flight. */
  private record Ticket(
      Received received, boolean timed, long timestamp, Epoch epoch, EventFootprint footprint) {
    <T> StreamRecord<T> stamp(T value) {
      return timed ? new StreamRecord<>(value, timestamp) : new StreamRecord<>(value);
    }
  }

  private final StageRun run;
  private final Entrance<IN> entrance;
  private final Ticker ticker;
  private final MailboxExecutor mailbox;
  private final HeldWatermarks held = new HeldWatermarks(this::signal);
  private StageMetrics counts;
  private SharedBundle bundle;
  private Runner runner;
  private boolean last;
  private final InFlightCounts inFlight = new InFlightCounts();

  EarlyExitOperator(
      StreamOperatorParameters<InFlight> parameters,
      StageRun run,
      Entrance<IN> entrance,
      Ticker ticker) {
    super(parameters);
    this.run = run;
    this.entrance = entrance;
    this.ticker = ticker;
    this.mailbox = parameters.getMailboxExecutor();
  }

  @Override
  public void open() throws Exception {
    super.open();
    String[] temp = getContainingTask().getEnvironment().getTaskManagerInfo().getTmpDirectories();
    bundle = SharedBundle.open(run.path(), run.bundleId(), Path.of(temp[0]));
    try {
      last = run.end() == bundle.bundle().manifest().exits();
      runner =
          new Runner(
              "offramp %s #%d"
                  .formatted(
                      getOperatorName(), getRuntimeContext().getTaskInfo().getIndexOfThisSubtask()),
              bundle.bundle(),
              run.first(),
              run.end(),
              Device.of(run.device()),
              run.options(),
              ticker,
              this::post,
              this::fail);
      counts = new StageMetrics(getMetricGroup(), run, bundle.bundle().manifest(), runner, this);
    } catch (Throwable t) {
      release();
      throw t;
    }
  }

  @Override
  public void processElement(StreamRecord<IN> element) throws Exception {
    counts.came();
    IN input = element.getValue();
    Received received = entrance.received(input);
    boolean timed = element.hasTimestamp();
    EventFootprint footprint =
        received.decoded() ? entrance.footprint(input, runner).plus(received.bytes()) : null;
    Ticket ticket =
        new Ticket(received, timed, timed ? element.getTimestamp() : 0, held.enter(), footprint);
    if (!received.decoded()) {
      emitDeadLetter(ticket, received.failedAt(), received.reason(), received.message());
      held.leave(ticket.epoch);
      return;
    }
    waitUntil(() -> hasRoom(footprint));
    inFlight.add(footprint);
    entrance.submit(input, ticket, runner);
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    held.hold(mark);
  }

  @Override
  public void processWatermarkStatus(WatermarkStatus status) throws Exception {
    held.hold(status);
  }

  /**
   * Drains. Mails run meanwhile, and one of them may be a later checkpoint's trigger, which drains
   * in its turn: the outer drain then finds nothing left. No event comes in meanwhile, since those
   * aren't mails.
   */
  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    waitUntil(() -> inFlight.events() == 0);
  }

  @Override
  public void finish() throws Exception {
    waitUntil(() -> inFlight.events() == 0);
    super.finish();
  }

  @Override
  public void close() throws Exception {
    try {
      release();
    } finally {
      super.close();
    }
  }

  /** How many events have no outcome yet. */
  int inFlight() {
    return inFlight.events();
  }

  /** What these events count for. */
  InFlightCounts occupancy() {
    return inFlight;
  }

  private boolean hasRoom(EventFootprint next) {
    int capacity = run.capacity();
    return inFlight.hasRoom(next, runner.mostEvents(capacity), runner.mostTokens(capacity));
  }

  private void waitUntil(BooleanSupplier reached) throws InterruptedException {
    if (reached.getAsBoolean()) {
      return;
    }
    runner.noMoreInput(true);
    while (!reached.getAsBoolean()) {
      mailbox.yield();
    }
    runner.noMoreInput(false);
  }

  private void release() {
    try {
      if (runner != null) {
        runner.close();
        runner = null;
        inFlight.clear();
      }
    } finally {
      if (bundle != null) {
        bundle.close();
        bundle = null;
      }
    }
  }

  /** Called by the runner's thread. */
  private void post(List<Outcome> outcomes) {
    mail(
        () -> {
          for (Outcome outcome : outcomes) {
            emit(outcome);
          }
        },
        "offramp outcomes");
  }

  /** Called by the runner's thread. */
  private void fail(Throwable cause) {
    mail(
        () -> {
          // As it is: Flink treats a heap that is full in its own way, if it sees one.
          if (cause instanceof Error error) {
            throw error;
          }
          throw new IllegalStateException(
              "%s of bundle %s failed: %s".formatted(run.name(), run.path(), cause.getMessage()),
              cause);
        },
        "offramp failure");
  }

  private void mail(ThrowingRunnable<Exception> mail, String what) {
    try {
      mailbox.execute(mail, what);
    } catch (RejectedExecutionException e) {
      LOG.debug("{}: the task has ended, {} are of no use to it", run.name(), what, e);
    }
  }

  private void emit(Outcome outcome) throws Exception {
    Ticket ticket = (Ticket) outcome.context();
    if (outcome instanceof Outcome.Left left) {
      counts.left(left.prediction());
      output.collect(PREDICTIONS, ticket.stamp(left.prediction()));
    } else if (outcome instanceof Outcome.Survived survivor) {
      if (last) {
        throw new IllegalStateException(
            "event %s passed the last exit, which takes all".formatted(survivor.event().id()));
      }
      counts.survived();
      output.collect(ticket.stamp(survivor.event().withContext(ticket.received)));
    } else if (outcome instanceof Outcome.Rejected rejected) {
      emitDeadLetter(ticket, rejected.stage(), rejected.reason(), rejected.message());
    }
    inFlight.remove(ticket.footprint);
    held.leave(ticket.epoch);
  }

  private void emitDeadLetter(Ticket ticket, FailureStage stage, Reason reason, String message) {
    counts.died();
    DeadLetter letter =
        ticket.received.deadLetter(stage, reason, message, Ticker.instant(ticker.micros()));
    output.collect(DEAD_LETTERS, ticket.stamp(letter));
  }

  private void signal(StreamElement signal) throws Exception {
    if (signal instanceof Watermark mark) {
      super.processWatermark(mark);
    } else {
      super.processWatermarkStatus((WatermarkStatus) signal);
    }
  }
}
