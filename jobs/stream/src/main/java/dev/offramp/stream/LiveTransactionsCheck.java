package dev.offramp.stream;

import dev.offramp.stream.OpenTransactions.Open;
import dev.offramp.stream.options.Options;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTransactionsResult;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses to start a job under whose transactional ids another job writes: Kafka's sink aborts,
 * when it starts, all transactions of its prefix, and what they held would be lost.
 *
 * <p>Transactions that are open can also be leftovers of the job itself, of a process that was
 * killed or a checkpoint that was cancelled. They are told apart by watching them: those of a
 * running job are written to, committed or followed by others. Two jobs that start within a moment
 * of each other, and a job that has nothing to write, are not seen.
 */
final class LiveTransactionsCheck {
  private static final Logger LOG = LoggerFactory.getLogger(LiveTransactionsCheck.class);
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** A running job has no open transaction between a commit and the next records. */
  private static final Duration GLANCE = Duration.ofMillis(400);

  /** Looks in that time at least, however slowly the broker answers. */
  private static final int GLANCES = 5;

  private static final Duration SHORTEST = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final Options options;
  private final StartKind start;

  /**
   * A check.
   *
   * @param start what kind of start it is
   */
  LiveTransactionsCheck(Options options, StartKind start) {
    this.options = options;
    this.start = start;
  }

  /**
   * Looks for open transactions for half a second, and where there are any watches them for some
   * seconds.
   *
   * @throws StartException if another job goes on with one
   */
  void run() {
    if (!StreamOptions.exactlyOnce(options)) {
      return;
    }
    try (Admin admin = Admin.create(KafkaProperties.client(options))) {
      watch(admin);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException
          || e.getCause() instanceof UnsupportedVersionException) {
        LOG.warn(
            "Can't see whether another job has the same sink.transaction.prefix: {}",
            e.getCause().getMessage());
        return;
      }
      throw new StartException(
          "the Kafka broker does not tell its transactions: "
              + options.redact(String.valueOf(e.getCause().getMessage())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while asking Kafka for its transactions");
    }
  }

  private void watch(Admin admin) throws ExecutionException, InterruptedException {
    OpenTransactions before = look(admin);
    long begun = System.nanoTime();
    long quietSince = begun;
    boolean seen = false;
    for (int looks = 1; ; looks++) {
      seen |= !before.none();
      LockSupport.parkNanos(PAUSE.toNanos());
      OpenTransactions now = look(admin);
      Optional<String> goesOn = now.goingOn(before);
      if (goesOn.isEmpty()) {
        goesOn = committed(admin, before, now);
      }
      if (goesOn.isPresent()) {
        if (System.nanoTime() - begun > start.formerTasks().toNanos()) {
          throw refusal(goesOn.get(), before, now);
        }
        quietSince = System.nanoTime();
      } else if (looks >= GLANCES
          && System.nanoTime() - quietSince > (seen ? quiet() : GLANCE).toNanos()) {
        warn(now);
        return;
      }
      before = now;
    }
  }

  /**
   * How long nothing may happen to transactions of a job that does not run. A running one takes a
   * new transactional id at each checkpoint, so two intervals show it even where it writes nothing.
   */
  private Duration quiet() {
    if (start.recovery()) {
      return SHORTEST;
    }
    Duration two = options.get(StreamOptions.CHECKPOINT_INTERVAL).multipliedBy(2).plus(SHORTEST);
    return two.compareTo(LONGEST) < 0 ? two : LONGEST;
  }

  private StartException refusal(String id, OpenTransactions before, OpenTransactions now) {
    Open open = now.all().getOrDefault(id, before.all().get(id));
    return new StartException(
        "another job writes to Kafka under the transactional ids of this one, which %s begins with %s (%s): transaction %s, open for %d s of at most %d s, goes on. Each would abort the other's transactions, and events would be lost. Stop the other job, or give this one a %s of its own%s"
            .formatted(
                StreamOptions.TRANSACTION_PREFIX.key(),
                TransactionPrefix.of(options),
                options.place(StreamOptions.TRANSACTION_PREFIX.key()).orElse("the default"),
                id,
                age(open),
                open.timeoutMillis() / 1000,
                StreamOptions.TRANSACTION_PREFIX.key(),
                start.recovery()
                    ? "; if it is an earlier attempt of this job, wait until its tasks have ended"
                    : ""));
  }

  private void warn(OpenTransactions left) {
    left.all()
        .forEach(
            (id, open) ->
                LOG.warn(
                    "Transaction {} has been open for {} s, and nothing happened to it meanwhile: it"
                        + " is taken for one that this job left behind, and aborted.",
                    id,
                    age(open)));
  }

  private static long age(Open open) {
    return Math.max(0, (System.currentTimeMillis() - open.startMillis()) / 1000);
  }

  private OpenTransactions look(Admin admin) throws ExecutionException, InterruptedException {
    ListTransactionsOptions states =
        new ListTransactionsOptions()
            .filterStates(
                List.of(
                    TransactionState.ONGOING,
                    TransactionState.PREPARE_COMMIT,
                    TransactionState.PREPARE_ABORT));
    List<String> ids =
        admin.listTransactions(states).all().get().stream()
            .map(TransactionListing::transactionalId)
            .filter(id -> TransactionPrefix.owns(options, id))
            .toList();
    Map<String, Open> all = new HashMap<>();
    if (!ids.isEmpty()) {
      DescribeTransactionsResult described = admin.describeTransactions(ids);
      for (String id : ids) {
        Optional<TransactionDescription> found = known(described.description(id));
        // It can have ended since.
        if (found.isPresent() && found.get().transactionStartTimeMs().isPresent()) {
          all.put(id, open(admin, found.get()));
        }
      }
    }
    return new OpenTransactions(all);
  }

  private static Open open(Admin admin, TransactionDescription described)
      throws InterruptedException {
    return new Open(
        described.producerId(),
        described.transactionStartTimeMs().orElseThrow(),
        described.transactionTimeoutMs(),
        described.state() == TransactionState.ONGOING,
        lastSequences(admin, described.producerId(), described.topicPartitions()));
  }

  private static Map<String, Integer> lastSequences(
      Admin admin, long producerId, Set<TopicPartition> partitions) throws InterruptedException {
    Map<String, Integer> sequences = new HashMap<>();
    var described = admin.describeProducers(partitions);
    for (TopicPartition partition : partitions) {
      try {
        described.partitionResult(partition).get().activeProducers().stream()
            .filter(producer -> producer.producerId() == producerId)
            .forEach(producer -> sequences.put(partition.toString(), producer.lastSequence()));
      } catch (ExecutionException e) {
        // New transactions show as well that a job runs, if later.
        LOG.debug("Can't see the producers of {}", partition, e);
      }
    }
    return sequences;
  }

  /** A transaction that was ongoing and is committed now, which only its job does. */
  private static Optional<String> committed(
      Admin admin, OpenTransactions before, OpenTransactions now)
      throws ExecutionException, InterruptedException {
    for (Map.Entry<String, Open> open : before.all().entrySet()) {
      String id = open.getKey();
      if (open.getValue().ongoing() && !now.all().containsKey(id)) {
        Optional<TransactionDescription> ended =
            known(admin.describeTransactions(List.of(id)).description(id));
        if (ended.isPresent() && ended.get().state() == TransactionState.COMPLETE_COMMIT) {
          return Optional.of(id);
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<TransactionDescription> known(KafkaFuture<TransactionDescription> future)
      throws ExecutionException, InterruptedException {
    try {
      return Optional.of(future.get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TransactionalIdNotFoundException) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
