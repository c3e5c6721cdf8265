package dev.offramp.stream;

import org.apache.flink.connector.kafka.sink.KafkaCommittable;

/**
 * A transaction whose commit the broker refused.
 *
 * @param id its transactional id
 * @param producerId the producer that wrote it
 * @param epoch the producer's epoch while it wrote
 * @param firstCommit whether no commit of it was tried before: the producer that wrote it is still
 *     there, where one that was restored from a checkpoint may have been committed before that
 * @param error what the broker answered
 */
record RefusedTransaction(
    String id, long producerId, short epoch, boolean firstCommit, Throwable error) {
  /** The transaction of a commit request. */
  static RefusedTransaction of(KafkaCommittable committable, int retries, Throwable error) {
    return new RefusedTransaction(
        committable.getTransactionalId(),
        committable.getProducerId(),
        committable.getEpoch(),
        committable.getProducer().isPresent() && retries == 0,
        error);
  }
}
