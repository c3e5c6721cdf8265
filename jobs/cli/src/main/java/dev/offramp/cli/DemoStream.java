package dev.offramp.cli;

import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.evaluation.Figures.ExitFigures;
import dev.offramp.kit.CommittedReader;
import dev.offramp.kit.LocalKafka;
import dev.offramp.runtime.Bundle;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.MalformedRecordException;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.RecordReader;
import dev.offramp.schemas.RecordWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Sends the demo's events, reads the committed predictions back, and shows them while they come.
 * One thread.
 */
final class DemoStream {
  /** Patience with a job that makes no progress. */
  private static final Duration STALLED = Duration.ofSeconds(90);

  /** More than a checkpoint: what would be there twice comes with the next transaction. */
  private static final Duration AFTERWARDS = Duration.ofSeconds(3);

  private final RecordReader<Prediction> reader = new RecordReader<>(Prediction.class);
  private final RecordWriter<Event> writer = new RecordWriter<>(Event.class);
  private final Dataset data;
  private final LocalKafka kafka;
  private final JobClient job;
  private final Console console;
  private final Tally tally;
  private int deadLettered;
  private int drawn;

  DemoStream(Bundle bundle, Dataset data, LocalKafka kafka, JobClient job, Console console) {
    Map<String, String> truth = new HashMap<>();
    for (int i = 0; i < data.test().size(); i++) {
      truth.put(id(i), data.labels().get(data.test().get(i).label()));
    }
    this.tally = new Tally(truth, bundle.manifest().exits());
    this.data = data;
    this.kafka = kafka;
    this.job = job;
    this.console = console;
  }

  /** The predictions read back. */
  Tally tally() {
    return tally;
  }

  /** Records in the dead-letter topic. */
  int deadLettered() {
    return deadLettered;
  }

  /**
   * Runs until every event has its prediction or dead letter.
   *
   * @throws IllegalStateException the job ended, or makes no progress
   */
  void run() throws Exception {
    send();
    try (CommittedReader predictions = kafka.reader("predictions");
        CommittedReader deadLetters = kafka.reader("dead-letters")) {
      Instant progress = Instant.now();
      while (done() < data.test().size()) {
        int before = done();
        add(predictions.poll());
        deadLettered += deadLetters.poll().size();
        if (done() > before) {
          progress = Instant.now();
          show();
        }
        alive(progress);
      }
      add(predictions.read(1, AFTERWARDS));
    }
  }

  private int done() {
    return tally.predicted() + deadLettered;
  }

  private void send() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = kafka.producer()) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int i = 0; i < data.test().size(); i++) {
        byte[] key = id(i).getBytes(StandardCharsets.UTF_8);
        sent.add(producer.send(new ProducerRecord<>("events", key, event(i))));
      }
      for (Future<RecordMetadata> acknowledged : sent) {
        acknowledged.get();
      }
    }
  }

  private void add(List<ConsumerRecord<byte[], byte[]>> records) throws MalformedRecordException {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      tally.add(reader.read(record.value()));
    }
  }

  private void alive(Instant progress) throws Exception {
    JobStatus status = job.getJobStatus().get();
    if (status.isGloballyTerminalState()) {
      job.getJobExecutionResult().get();
      throw new IllegalStateException("the job ended early: " + status);
    }
    if (Duration.between(progress, Instant.now()).compareTo(STALLED) > 0) {
      throw new IllegalStateException(
          "no prediction for %d s; the log and the web UI say more".formatted(STALLED.toSeconds()));
    }
  }

  private void show() {
    if (tally.predicted() == 0) {
      return;
    }
    Tally.Figures t = tally.figures();
    List<String> lines = new ArrayList<>();
    lines.add(
        "  %5d of %d events   %5.0f events/s   accuracy %.1f %%   cost %.2f"
            .formatted(
                t.predicted(),
                data.test().size(),
                t.eventsPerSecond(),
                100 * t.accuracy(),
                t.meanCost()));
    if (!console.live()) {
      console.line("%s", lines.get(0));
      return;
    }
    lines.add(
        "  sets cover %.1f %%   mean size %.2f   latency %.0f ms (median) %.0f ms (99th percentile)"
            .formatted(
                100 * t.coverage(),
                t.meanSetSize(),
                t.latencyMillis().p50(),
                t.latencyMillis().p99()));
    for (ExitFigures e : t.exits()) {
      lines.add("  " + Figure.exit(e.index(), e.share(), e.accuracy()));
    }
    console.redraw(lines, drawn);
    drawn = lines.size();
  }

  private byte[] event(int i) {
    return writer.write(new Event(id(i), data.test().get(i).text(), null, null));
  }

  private static String id(int i) {
    return "definition-" + i;
  }
}
