package dev.offramp.runtime;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Batches in the order of arrival, whatever the lengths; what came in together either is joined by
 * others, or goes on by itself. Not for serving: what batching by cost is measured against.
 */
final class OrderQueue implements BatchQueue {
  private final ArrayDeque<List<InFlight>> groups = new ArrayDeque<>();
  private final int maxRows;
  private final boolean joined;
  private int size;
  private long tokens;

  /**
   * An empty queue.
   *
   * @param joined whether groups share batches
   */
  OrderQueue(int maxRows, boolean joined) {
    this.maxRows = maxRows;
    this.joined = joined;
  }

  @Override
  public void add(InFlight event) {
    addAll(List.of(event));
  }

  @Override
  public void addAll(List<InFlight> survivors) {
    if (joined) {
      survivors.forEach(e -> groups.add(List.of(e)));
    } else if (!survivors.isEmpty()) {
      groups.add(List.copyOf(survivors));
    }
    size += survivors.size();
    survivors.forEach(e -> tokens += e.length());
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public long tokens() {
    return tokens;
  }

  @Override
  public double worth() {
    if (!joined) {
      return size == 0 ? 0 : 1;
    }
    return Math.min(1, size / (double) maxRows);
  }

  @Override
  public InFlight mostUrgent() {
    return size == 0 ? null : groups.peekFirst().get(0);
  }

  @Override
  public List<InFlight> best() {
    List<InFlight> batch = new ArrayList<>();
    do {
      List<InFlight> group = groups.poll();
      if (group == null) {
        break;
      }
      batch.addAll(group);
    } while (joined && batch.size() < maxRows);
    size -= batch.size();
    batch.forEach(e -> tokens -= e.length());
    return batch;
  }

  @Override
  public List<InFlight> with(InFlight urgent, double mostMicros) {
    return best();
  }
}
