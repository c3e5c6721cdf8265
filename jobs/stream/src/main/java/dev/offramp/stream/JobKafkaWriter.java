package dev.offramp.stream;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink.PrecommittingStatefulSinkWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A writer of Flink's Kafka sink whose {@link #close} only logs what fails. Flink closes the
 * operators of a task that has failed while it handles the failure, and takes an exception there
 * for a fault of the process: the TaskManager ends, and every other job on it with it. Kafka's
 * writer throws at that place whenever the broker has aborted its transaction. Nothing depends on
 * the close: records are flushed, and their errors reported, before each checkpoint and at the end
 * of the input.
 *
 * @param <T> records that are written
 */
final class JobKafkaWriter<T>
    implements PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> {
  private static final Logger LOG = LoggerFactory.getLogger(JobKafkaWriter.class);

  private final PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> writer;
  private final String topic;

  /**
   * A writer.
   *
   * @param writer does the work
   * @param topic what it writes to, for messages
   */
  JobKafkaWriter(
      PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> writer, String topic) {
    this.writer = writer;
    this.topic = topic;
  }

  @Override
  public void write(T record, Context context) throws IOException, InterruptedException {
    writer.write(record, context);
  }

  @Override
  public void flush(boolean endOfInput) throws IOException, InterruptedException {
    writer.flush(endOfInput);
  }

  @Override
  public void writeWatermark(Watermark watermark) throws IOException, InterruptedException {
    writer.writeWatermark(watermark);
  }

  @Override
  public Collection<KafkaCommittable> prepareCommit() throws IOException, InterruptedException {
    return writer.prepareCommit();
  }

  @Override
  public List<KafkaWriterState> snapshotState(long checkpointId) throws IOException {
    return writer.snapshotState(checkpointId);
  }

  @Override
  public void close() {
    try {
      // Kafka's writer closes its producers also where one of the steps fails.
      writer.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.warn("Interrupted while the writer to topic {} was closed.", topic);
    } catch (Exception e) {
      LOG.warn(
          "The writer to topic {} failed while it was closed. The task's own failure, if it has"
              + " one, comes before this one; no record is lost by this.",
          topic,
          e);
    }
  }
}
