package dev.offramp.stream;

import java.util.List;
import org.apache.flink.api.connector.sink2.Committer.CommitRequest;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.kafka.common.errors.InvalidPidMappingException;

/** A request to commit a transaction that also takes down a refusal. */
final class ObservedCommitRequest implements CommitRequest<KafkaCommittable> {
  private final CommitRequest<KafkaCommittable> request;
  private final List<RefusedTransaction> refused;

  /**
   * A request.
   *
   * @param request does the work
   * @param refused receives the transaction if it is refused
   */
  ObservedCommitRequest(CommitRequest<KafkaCommittable> request, List<RefusedTransaction> refused) {
    this.request = request;
    this.refused = refused;
  }

  @Override
  public KafkaCommittable getCommittable() {
    return request.getCommittable();
  }

  @Override
  public int getNumberOfRetries() {
    return request.getNumberOfRetries();
  }

  @Override
  public void signalFailedWithKnownReason(Throwable error) {
    refused.add(RefusedTransaction.of(getCommittable(), getNumberOfRetries(), error));
    request.signalFailedWithKnownReason(error);
  }

  @Override
  public void signalFailedWithUnknownReason(Throwable error) {
    if (error instanceof InvalidPidMappingException) {
      // The broker has forgotten the transactional id (transactional.id.expiration.ms after its
      // last use, 7 days). It never knows it again: a job that fails here fails at every restart.
      signalFailedWithKnownReason(error);
    } else {
      request.signalFailedWithUnknownReason(error);
    }
  }

  @Override
  public void retryLater() {
    request.retryLater();
  }

  @Override
  public void updateAndRetryLater(KafkaCommittable committable) {
    request.updateAndRetryLater(committable);
  }

  @Override
  public void signalAlreadyCommitted() {
    request.signalAlreadyCommitted();
  }

  /** As Flink's committer logs it. */
  @Override
  public String toString() {
    return request.toString();
  }
}
