package dev.offramp.stream;

/**
 * What became of a transaction whose commit was refused.
 *
 * @param evidence what shows it, for a message
 */
record TransactionOutcome(Kind kind, String evidence) {
  /** What became of it. */
  enum Kind {
    /** All its records are in the topic. */
    COMMITTED,
    /** None of its records is in the topic for readers of committed records. */
    LOST,
    /** The broker no longer knows. */
    UNKNOWN
  }
}
