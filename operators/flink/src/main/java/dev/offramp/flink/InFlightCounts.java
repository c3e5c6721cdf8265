package dev.offramp.flink;

import dev.offramp.runtime.EventFootprint;

/**
 * Counts what an operator's subtask has in flight: events, tokens and bytes. Each event is taken
 * off with the same {@link EventFootprint} that it was added with. The task's thread writes;
 * metrics may read from others.
 */
final class InFlightCounts {
  /** Bytes in flight at most, where the heap isn't small. */
  private static final long MOST_BYTES = 128L << 20;

  /** Of the heap at most so small a part, since it may serve several subtasks. */
  private static final int HEAP_PART = 16;

  private final long mostBytes;
  private int events;
  private long tokens;
  private long bytes;

  /** Holds nothing yet; {@value #MOST_BYTES} bytes at most, or a part of this JVM's heap. */
  InFlightCounts() {
    this(Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / HEAP_PART));
  }

  InFlightCounts(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /**
   * Whether there is room for one more event. There always is for the first, however large.
   *
   * @param mostEvents in flight, the next one included
   * @param mostTokens in flight, the next one's included
   */
  boolean hasRoom(EventFootprint next, int mostEvents, long mostTokens) {
    return events == 0
        || (events < mostEvents
            && tokens + next.tokens() <= mostTokens
            && bytes + next.bytes() <= mostBytes);
  }

  void add(EventFootprint event) {
    events++;
    tokens += event.tokens();
    bytes += event.bytes();
  }

  void remove(EventFootprint event) {
    events--;
    tokens -= event.tokens();
    bytes -= event.bytes();
  }

  /** What was in flight is gone. */
  void clear() {
    events = 0;
    tokens = 0;
    bytes = 0;
  }

  int events() {
    return events;
  }

  long tokens() {
    return tokens;
  }

  long bytes() {
    return bytes;
  }
}
