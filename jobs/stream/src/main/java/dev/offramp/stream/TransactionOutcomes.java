package dev.offramp.stream;

import java.io.Serializable;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTransactionsResult;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;

/**
 * Asks the broker what became of transactions whose commit it refused.
 *
 * <p>A broker keeps one state for each transactional id: that of its last transaction, with the
 * producer and epoch that may use the id next. Flink gives each transaction an id of its own, so
 * the state tells the outcome until another producer takes the id. From then on it doesn't; a
 * transaction whose first commit is refused was certainly not committed.
 */
final class TransactionOutcomes implements Serializable {
  private static final long serialVersionUID = 1;

  /** How long a broker may take to answer; the task waits meanwhile. */
  private static final String PATIENCE_MILLIS = "10000";

  private final Properties client;

  /**
   * For a broker.
   *
   * @param client properties of a Kafka client
   */
  TransactionOutcomes(Properties client) {
    this.client = new Properties();
    this.client.putAll(client);
    this.client.put("default.api.timeout.ms", PATIENCE_MILLIS);
    this.client.put("request.timeout.ms", PATIENCE_MILLIS);
  }

  /**
   * Asks for all of them.
   *
   * @return the outcome of each, in their order; a broker that does not answer leaves it unknown
   */
  Map<RefusedTransaction, TransactionOutcome> of(Collection<RefusedTransaction> refused) {
    Map<RefusedTransaction, TransactionOutcome> outcomes = new LinkedHashMap<>();
    try (Admin admin = Admin.create(client)) {
      DescribeTransactionsResult asked =
          admin.describeTransactions(refused.stream().map(RefusedTransaction::id).toList());
      for (RefusedTransaction transaction : refused) {
        outcomes.put(transaction, outcome(transaction, asked));
      }
    } catch (KafkaException e) {
      refused.forEach(t -> outcomes.putIfAbsent(t, unanswered(t, e)));
    }
    return outcomes;
  }

  private static TransactionOutcome outcome(
      RefusedTransaction transaction, DescribeTransactionsResult asked) {
    try {
      return judge(transaction, asked.description(transaction.id()).get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TransactionalIdNotFoundException) {
        return new TransactionOutcome(
            TransactionOutcome.Kind.UNKNOWN,
            "the broker has forgotten its transactional id, which it does"
                + " transactional.id.expiration.ms (7 days) after its last use");
      }
      return unanswered(transaction, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return unanswered(transaction, e);
    }
  }

  private static TransactionOutcome unanswered(RefusedTransaction transaction, Throwable error) {
    return transaction.firstCommit()
        ? new TransactionOutcome(
            TransactionOutcome.Kind.LOST,
            "its first commit was refused: " + transaction.error().getMessage())
        : new TransactionOutcome(
            TransactionOutcome.Kind.UNKNOWN, "the broker does not tell its state: " + error);
  }

  /**
   * Judges by what the broker says.
   *
   * <p>A commit or an abort leaves the producer's id; since Kafka 4 it raises the epoch by one (an
   * abort by another producer does so in every version). A higher epoch or another producer says
   * that the id has been taken since, and the state is that of another transaction.
   */
  static TransactionOutcome judge(RefusedTransaction transaction, TransactionDescription now) {
    String evidence =
        "the broker's state of it is %s, producer %d, epoch %d; it was written by producer %d, epoch %d"
            .formatted(
                now.state(),
                now.producerId(),
                now.producerEpoch(),
                transaction.producerId(),
                transaction.epoch());
    boolean own =
        now.producerId() == transaction.producerId()
            && now.producerEpoch() - transaction.epoch() <= 1;
    if (own) {
      TransactionOutcome.Kind kind =
          switch (now.state()) {
            case COMPLETE_COMMIT, PREPARE_COMMIT -> TransactionOutcome.Kind.COMMITTED;
            case COMPLETE_ABORT, PREPARE_ABORT, PREPARE_EPOCH_FENCE -> TransactionOutcome.Kind.LOST;
            default -> TransactionOutcome.Kind.UNKNOWN;
          };
      return new TransactionOutcome(kind, evidence);
    }
    return transaction.firstCommit()
        ? new TransactionOutcome(
            TransactionOutcome.Kind.LOST, evidence + ": another producer has taken its id")
        : new TransactionOutcome(
            TransactionOutcome.Kind.UNKNOWN,
            evidence + ": another producer has taken its id since");
  }
}
