package dev.offramp.stream;

import dev.offramp.stream.options.Options;
import java.util.List;

/**
 * Prefixes of the transactional ids of a job. Kafka's sink makes an id for each transaction,
 * PREFIX-SUBTASK-CHECKPOINT. Two jobs under one prefix abort each other's transactions.
 */
final class TransactionPrefix {
  private static final String PREDICTIONS = "-predictions";
  private static final String DEAD_LETTERS = "-dead-letters";

  private TransactionPrefix() {}

  /** The job's prefix: {@code sink.transaction.prefix}, or the one derived from the topics. */
  static String of(Options options) {
    return options
        .find(StreamOptions.TRANSACTION_PREFIX)
        .orElseGet(() -> StreamOptions.ofTopics(options));
  }

  /** Of the sink of predictions. Two sinks under one prefix would abort each other's. */
  static String predictions(Options options) {
    return of(options) + PREDICTIONS;
  }

  /** Of the sink of dead letters. */
  static String deadLetters(Options options) {
    return of(options) + DEAD_LETTERS;
  }

  /** Whether a transactional id is one that a job under this prefix makes. */
  static boolean owns(Options options, String transactionalId) {
    return List.of(predictions(options), deadLetters(options)).stream()
        .anyMatch(
            prefix ->
                transactionalId.startsWith(prefix)
                    && transactionalId.substring(prefix.length()).matches("-\\d+-\\d+"));
  }
}
