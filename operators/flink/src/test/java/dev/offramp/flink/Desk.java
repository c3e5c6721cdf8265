package dev.offramp.flink;

import dev.offramp.runtime.InFlight;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.OpenSessions;
import dev.offramp.runtime.ServingOptions;
import dev.offramp.runtime.TinyBundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/** One operator in Flink's harness, whose mails the test runs itself. */
final class Desk<IN> implements AutoCloseable {
  private final OneInputStreamOperatorTestHarness<IN, InFlight> harness;
  private final Recording<InFlight> out = new Recording<>();

  private Desk(StageRun run, Entrance<IN> entrance) throws Exception {
    harness =
        new OneInputStreamOperatorTestHarness<>(new EarlyExitOperatorFactory<>(run, entrance));
    harness.setOutputCreator(serializer -> out);
    harness.setup(InFlightSerializer.INSTANCE);
  }

  /** For events, from stage 0 on; not yet open. */
  static Desk<Received> front(StageRun run) throws Exception {
    return new Desk<>(run, new Entrance.Front());
  }

  /** For survivors; not yet open. */
  static Desk<InFlight> middle(StageRun run) throws Exception {
    return new Desk<>(run, new Entrance.Middle());
  }

  /** A run of stages of the tiny network that reads text, which is written into the folder. */
  static StageRun run(Path folder, int first, int end, int capacity) {
    try {
      return run(folder, TinyBundle.writeText(folder), first, end, capacity);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A run of stages of a bundle that is in the folder. */
  static StageRun run(Path folder, Manifest manifest, int first, int end, int capacity) {
    return new StageRun(
        folder.toString(), manifest.id(), "cpu", ServingOptions.DEFAULT, first, end, capacity);
  }

  /** Sessions and bundles that this JVM holds open. */
  static int held() {
    return OpenSessions.count() + SharedBundle.count();
  }

  Desk<IN> open() throws Exception {
    harness.open();
    return this;
  }

  Recording<InFlight> out() {
    return out;
  }

  EarlyExitOperator<?> operator() {
    return (EarlyExitOperator<?>) harness.getOperator();
  }

  TaskMailbox mailbox() {
    return harness.getTaskMailbox();
  }

  void take(IN input, long timestamp) throws Exception {
    harness.processElement(new StreamRecord<>(input, timestamp));
  }

  void take(IN input) throws Exception {
    harness.processElement(new StreamRecord<>(input));
  }

  void take(Watermark mark) throws Exception {
    harness.processWatermark(mark);
  }

  void take(WatermarkStatus status) throws Exception {
    harness.processWatermarkStatus(status);
  }

  /** Waits for a mail and runs it. */
  void mail() throws Exception {
    mailbox().take(TaskMailbox.MIN_PRIORITY).run();
  }

  /** Runs mails until every event has its outcome. */
  void settle() throws Exception {
    while (operator().inFlight() > 0) {
      mail();
    }
  }

  void barrier(long checkpoint) throws Exception {
    harness.prepareSnapshotPreBarrier(checkpoint);
    harness.snapshot(checkpoint, 0);
  }

  @Override
  public void close() {
    try {
      // As when a task is cancelled; the harness alone would let the operator finish first.
      operator().close();
      harness.close();
    } catch (Exception e) {
      throw new AssertionError("closing an operator must not fail", e);
    }
  }
}
