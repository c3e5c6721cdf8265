package dev.offramp.tests;

import dev.offramp.flink.Offramp;
import dev.offramp.flink.Received;
import dev.offramp.kit.Await;
import dev.offramp.kit.LocalFlink;
import dev.offramp.runtime.Ticker;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.Prediction;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * A job in this JVM that classifies the texts of a function as fast as it can, without a broker,
 * and says how far it is and how long its checkpoints take. One at a time; closing cancels it.
 */
final class TextJob implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(20);
  private static final AtomicLong PREDICTIONS = new AtomicLong();
  private static final AtomicLong DEAD_LETTERS = new AtomicLong();

  /** When a checkpoint was triggered, milliseconds since the epoch, by its number. */
  private static final Map<Long, Long> BEGUN = new ConcurrentHashMap<>();

  private static final List<Double> CHECKPOINT_SECONDS = new CopyOnWriteArrayList<>();

  /** The text of an event, by its number from 0. */
  interface Texts extends LongFunction<String>, Serializable {}

  private final JobClient job;

  /**
   * Starts the job, of one source and one subtask for the network.
   *
   * @param folder for checkpoints
   * @param checkpointMillis from the begin of one checkpoint to that of the next
   * @param texts of events without end
   * @param counted predictions of events count whose number is below this one
   */
  TextJob(Path bundle, Path folder, long checkpointMillis, Texts texts, long counted)
      throws Exception {
    PREDICTIONS.set(0);
    DEAD_LETTERS.set(0);
    BEGUN.clear();
    CHECKPOINT_SECONDS.clear();
    StreamExecutionEnvironment env = LocalFlink.environment(LocalFlink.ANY_PORT, folder);
    env.setParallelism(1);
    env.enableCheckpointing(checkpointMillis, CheckpointingMode.EXACTLY_ONCE);
    env.getConfig().enableObjectReuse();
    DataStream<Received> events =
        env.fromSource(
                new NumberSequenceSource(0, Long.MAX_VALUE - 1),
                WatermarkStrategy.noWatermarks(),
                "numbers")
            .map(new Make(texts))
            .returns(TypeInformation.of(Received.class));
    Offramp.Results results =
        Offramp.classifyReceived(events, bundle.toString()).device("cpu").apply();
    results
        .predictions()
        .map(new Count(counted))
        .returns(Types.LONG)
        .sinkTo(new DiscardingSink<>());
    results
        .deadLetters()
        .map(letter -> DEAD_LETTERS.incrementAndGet())
        .returns(Types.LONG)
        .sinkTo(new DiscardingSink<>());
    job = env.executeAsync("texts");
  }

  /** Predictions so far of events whose number is below the one that counts. */
  long predictions() throws Exception {
    if (job.getJobStatus().get().isGloballyTerminalState()) {
      job.getJobExecutionResult().get();
      throw new IllegalStateException("the job has ended");
    }
    return PREDICTIONS.get();
  }

  long deadLetters() {
    return DEAD_LETTERS.get();
  }

  /** Seconds that each completed checkpoint took, from when it was triggered. */
  List<Double> checkpointSeconds() {
    return List.copyOf(CHECKPOINT_SECONDS);
  }

  /** Waits for so many predictions. */
  void await(long predictions) {
    Await.until(predictions + " predictions", PATIENCE, () -> predictions() >= predictions);
  }

  /** Waits for so many completed checkpoints. */
  void awaitCheckpoints(int checkpoints) {
    Await.until(
        checkpoints + " checkpoints",
        PATIENCE,
        () -> predictions() >= 0 && CHECKPOINT_SECONDS.size() >= checkpoints);
  }

  @Override
  public void close() {
    job.cancel().join();
    // It ends with an exception, since it was cancelled.
    job.getJobExecutionResult().handle((result, cancelled) -> true).join();
  }

  /** The event of a number. */
  private static final class Make
      implements MapFunction<Long, Received>, CheckpointedFunction, CheckpointListener {
    private final Texts texts;

    Make(Texts texts) {
      this.texts = texts;
    }

    @Override
    public Received map(Long number) {
      Event event = new Event(number.toString(), texts.apply(number), null, null);
      return Received.of(event, Ticker.system().micros());
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) {
      // The operators behind have drained before this is called.
      BEGUN.put(context.getCheckpointId(), context.getCheckpointTimestamp());
    }

    @Override
    public void initializeState(FunctionInitializationContext context) {
      // It has no state.
    }

    @Override
    public void notifyCheckpointComplete(long id) {
      CHECKPOINT_SECONDS.add((System.currentTimeMillis() - BEGUN.get(id)) / 1e3);
    }
  }

  /** Counts predictions. */
  private static final class Count implements MapFunction<Prediction, Long> {
    private final long counted;

    Count(long counted) {
      this.counted = counted;
    }

    @Override
    public Long map(Prediction prediction) {
      boolean counts = Long.parseLong(prediction.getEventId()) < counted;
      return counts ? PREDICTIONS.incrementAndGet() : PREDICTIONS.get();
    }
  }
}
