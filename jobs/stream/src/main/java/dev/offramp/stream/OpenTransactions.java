package dev.offramp.stream;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The transactions under a job's prefix that are open at the brokers at one time, by transactional
 * id.
 */
record OpenTransactions(Map<String, Open> all) {
  /**
   * One of them.
   *
   * @param producerId its producer
   * @param startMillis when it began, by the broker's clock
   * @param timeoutMillis how long it may be open before the broker aborts it
   * @param ongoing whether it is neither being committed nor aborted
   * @param lastSequences the last sequence number that the producer wrote to each partition; empty
   *     if this user may not ask for them
   */
  record Open(
      long producerId,
      long startMillis,
      long timeoutMillis,
      boolean ongoing,
      Map<String, Integer> lastSequences) {
    private boolean goesOn(Open before) {
      if (producerId != before.producerId || startMillis != before.startMillis) {
        return true;
      }
      Map<String, Integer> more = new HashMap<>(lastSequences);
      before.lastSequences.forEach(more::remove);
      // An abort resets the number to a negative one.
      return more.values().stream().anyMatch(sequence -> sequence >= 0);
    }
  }

  OpenTransactions {
    all = Map.copyOf(all);
  }

  /** Whether there are none. */
  boolean none() {
    return all.isEmpty();
  }

  /** A transaction that was begun or written to since an earlier look. */
  Optional<String> goingOn(OpenTransactions before) {
    return all.entrySet().stream()
        .filter(
            e ->
                !before.all.containsKey(e.getKey())
                    || e.getValue().goesOn(before.all.get(e.getKey())))
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
