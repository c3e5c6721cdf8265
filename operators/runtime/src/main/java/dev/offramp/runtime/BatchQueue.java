package dev.offramp.runtime;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The events that wait for one stage, batched by length with the knee rule: take the longest first;
 * close a batch at the row limit, or as soon as rows x length reaches the knee and the next event
 * is shorter. Past the knee a call's time is proportional to its padded tokens, so larger batches
 * win nothing and padding only costs; below it a call mostly streams weights. An event that has
 * waited too long heads the next batch, with shorter ones behind it, so that none starves. One
 * thread.
 */
final class BatchQueue {
  private final int kneeTokens;
  private final int maxRows;
  private final NavigableMap<Integer, ArrayDeque<InFlight>> byLength = new TreeMap<>();
  private int size;
  private long tokens;

  BatchQueue(int kneeTokens, int maxRows) {
    this.kneeTokens = kneeTokens;
    this.maxRows = maxRows;
  }

  void add(InFlight event, long nowMicros) {
    event.queuedMicros = nowMicros;
    byLength.computeIfAbsent(event.length(), l -> new ArrayDeque<>()).add(event);
    size++;
    tokens += event.length();
  }

  int size() {
    return size;
  }

  /** Tokens of all that wait, without padding. */
  long tokens() {
    return tokens;
  }

  /** Whether a batch is worth running by its size alone. */
  boolean full() {
    return tokens >= kneeTokens || size >= maxRows;
  }

  /** When the event that waits longest joined; the far future if none waits. */
  long oldestMicros() {
    long oldest = Long.MAX_VALUE;
    for (ArrayDeque<InFlight> same : byLength.values()) {
      oldest = Math.min(oldest, same.peekFirst().queuedMicros);
    }
    return oldest;
  }

  /**
   * Takes the next batch out.
   *
   * @param overdueMicros an event that joined at or before this time heads the batch
   * @return one event or more, longest first, none if nothing waits
   */
  List<InFlight> take(long overdueMicros) {
    List<InFlight> batch = new ArrayList<>();
    Integer length = size == 0 ? null : first(overdueMicros);
    int longest = length == null ? 0 : length;
    while (length != null && batch.size() < maxRows) {
      if (length < longest && batch.size() * longest >= kneeTokens) {
        break;
      }
      ArrayDeque<InFlight> same = byLength.get(length);
      batch.add(same.poll());
      if (same.isEmpty()) {
        byLength.remove(length);
        length = byLength.lowerKey(length);
      }
    }
    size -= batch.size();
    batch.forEach(e -> tokens -= e.length());
    return batch;
  }

  private int first(long overdueMicros) {
    int at = byLength.lastKey();
    long oldest = overdueMicros + 1;
    for (var entry : byLength.entrySet()) {
      long queued = entry.getValue().peekFirst().queuedMicros;
      if (queued < oldest) {
        oldest = queued;
        at = entry.getKey();
      }
    }
    return at;
  }
}
