package dev.offramp.stream;

import java.io.IOException;
import java.util.Collection;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;

/**
 * Flink's {@link KafkaSink} with two differences: where a transaction can't be committed, it logs
 * what became of it ({@link JobKafkaCommitter}), and a writer whose close fails does not end the
 * TaskManager ({@link JobKafkaWriter}). State is written as the {@link KafkaSink} writes it, so
 * savepoints of a job with a plain {@link KafkaSink} can be restored.
 *
 * @param <T> records that are written
 */
final class JobKafkaSink<T>
    implements TwoPhaseCommittingStatefulSink<T, KafkaWriterState, KafkaCommittable>,
        SupportsPostCommitTopology<KafkaCommittable>,
        LineageVertexProvider {
  private static final long serialVersionUID = 1;

  private final KafkaSink<T> sink;
  private final Properties client;
  private final String topic;

  /**
   * A sink.
   *
   * @param sink does the work
   * @param client properties of a client that asks the broker for the states of transactions
   * @param topic what the sink writes to, for messages
   */
  JobKafkaSink(KafkaSink<T> sink, Properties client, String topic) {
    this.sink = sink;
    this.client = client;
    this.topic = topic;
  }

  // KafkaSink's own methods return a class that is private to the connector's package, which code
  // of another class loader may not name: the interface's methods return public ones.
  private TwoPhaseCommittingStatefulSink<T, KafkaWriterState, KafkaCommittable> delegate() {
    return sink;
  }

  @Override
  public PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> createWriter(
      WriterInitContext context) throws IOException {
    return new JobKafkaWriter<>(delegate().createWriter(context), topic);
  }

  @Override
  public PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> restoreWriter(
      WriterInitContext context, Collection<KafkaWriterState> state) throws IOException {
    return new JobKafkaWriter<>(delegate().restoreWriter(context, state), topic);
  }

  @Override
  public Committer<KafkaCommittable> createCommitter(CommitterInitContext context)
      throws IOException {
    return new JobKafkaCommitter(
        delegate().createCommitter(context),
        new TransactionOutcomes(client),
        topic,
        context.metricGroup());
  }

  @Override
  public SimpleVersionedSerializer<KafkaCommittable> getCommittableSerializer() {
    return sink.getCommittableSerializer();
  }

  @Override
  public SimpleVersionedSerializer<KafkaWriterState> getWriterStateSerializer() {
    return sink.getWriterStateSerializer();
  }

  @Override
  public void addPostCommitTopology(DataStream<CommittableMessage<KafkaCommittable>> committed) {
    sink.addPostCommitTopology(committed);
  }

  @Override
  public LineageVertex getLineageVertex() {
    return sink.getLineageVertex();
  }
}
