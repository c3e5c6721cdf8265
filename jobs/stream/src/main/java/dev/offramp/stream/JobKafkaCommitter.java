package dev.offramp.stream;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A committer of Flink's Kafka sink that says what became of each transaction that can't be
 * committed. Flink's own message is the same for a transaction that was committed before a restart,
 * where nothing is lost, and for one that was aborted, whose records are lost. Two counters in the
 * group {@code offramp} count the others: {@code transactionsLost} and {@code transactionsUnknown}.
 */
final class JobKafkaCommitter implements Committer<KafkaCommittable> {
  private static final Logger LOG = LoggerFactory.getLogger(JobKafkaCommitter.class);

  private final Committer<KafkaCommittable> committer;
  private final TransactionOutcomes outcomes;
  private final String topic;
  private final Counter lost;
  private final Counter unknown;

  /**
   * A committer.
   *
   * @param committer does the work
   * @param outcomes asks the broker
   * @param topic what the transactions write to, for messages
   * @param metrics group of the operator
   */
  JobKafkaCommitter(
      Committer<KafkaCommittable> committer,
      TransactionOutcomes outcomes,
      String topic,
      MetricGroup metrics) {
    this.committer = committer;
    this.outcomes = outcomes;
    this.topic = topic;
    MetricGroup group = metrics.addGroup("offramp");
    lost = group.counter("transactionsLost");
    unknown = group.counter("transactionsUnknown");
  }

  @Override
  public void commit(Collection<CommitRequest<KafkaCommittable>> requests)
      throws IOException, InterruptedException {
    List<RefusedTransaction> refused = new ArrayList<>();
    Collection<CommitRequest<KafkaCommittable>> observed = new ArrayList<>();
    requests.forEach(request -> observed.add(new ObservedCommitRequest(request, refused)));
    try {
      committer.commit(observed);
    } finally {
      if (!refused.isEmpty()) {
        outcomes.of(refused).forEach(this::report);
      }
    }
  }

  private void report(RefusedTransaction transaction, TransactionOutcome outcome) {
    switch (outcome.kind()) {
      case COMMITTED ->
          // At the level that shows wherever Flink's own message, an error, does.
          LOG.warn(
              "Transaction {} was already committed before the restart: {}. Nothing is lost. The"
                  + " preceding message of KafkaCommitter on this transaction can be ignored.",
              transaction.id(),
              outcome.evidence());
      case LOST -> {
        lost.inc();
        LOG.error(
            "LOST: transaction {} was aborted and can't be committed: {}. What it held, all records"
                + " of one subtask between two checkpoints, is missing from topic {}. Causes: the"
                + " job did not commit within kafka.transaction.timeout.ms, or another job has the"
                + " same sink.transaction.prefix. Remove the cause, then send the events of that"
                + " time again, or start the job from a savepoint taken before.",
            transaction.id(),
            outcome.evidence(),
            topic);
      }
      case UNKNOWN -> {
        unknown.inc();
        LOG.error(
            "Transaction {} can't be committed, and whether it was committed before can't be told:"
                + " {}. If it was not, what it held, all records of one subtask between two"
                + " checkpoints, is missing from topic {}: compare the topic with the events of the"
                + " time before the restart.",
            transaction.id(),
            outcome.evidence(),
            topic);
      }
    }
  }

  /** Logs what fails, for the reason that {@link JobKafkaWriter} gives. */
  @Override
  public void close() {
    try {
      committer.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.warn("Interrupted while the committer of topic {} was closed.", topic);
    } catch (Exception e) {
      LOG.warn("The committer of topic {} failed while it was closed.", topic, e);
    }
  }
}
