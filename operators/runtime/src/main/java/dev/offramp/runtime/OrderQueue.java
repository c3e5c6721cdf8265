package dev.offramp.runtime;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Batches in the order of arrival, whatever the lengths; what came in together either is joined by
 * others, or goes on by itself. An event whose time has come is taken before those that arrived
 * earlier. Not for serving: what batching by cost is measured against.
 */
final class OrderQueue implements BatchQueue {
  private final ArrayDeque<List<InFlight>> groups = new ArrayDeque<>();
  private final int maxRows;
  private final boolean joined;
  private int size;
  private long tokens;

  /** The most urgent event; null: none, or not known since it was taken. */
  private InFlight urgent;

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
    boolean known = urgent != null || size == 0;
    for (InFlight event : survivors) {
      tokens += event.length();
      if (known && (urgent == null || event.latestMicros < urgent.latestMicros)) {
        urgent = event;
      }
    }
    size += survivors.size();
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
    if (urgent == null && size > 0) {
      for (List<InFlight> group : groups) {
        for (InFlight event : group) {
          if (urgent == null || event.latestMicros < urgent.latestMicros) {
            urgent = event;
          }
        }
      }
    }
    return urgent;
  }

  @Override
  public List<InFlight> best() {
    return take(groups.poll());
  }

  @Override
  public List<InFlight> with(InFlight event, double mostMicros) {
    for (List<InFlight> group : groups) {
      if (group.contains(event)) {
        groups.remove(group);
        return take(group);
      }
    }
    throw new IllegalArgumentException("event %s does not wait here".formatted(event.id));
  }

  /** A batch of this group and, where groups are joined, of those that arrived first. */
  private List<InFlight> take(List<InFlight> first) {
    List<InFlight> batch = new ArrayList<>();
    for (List<InFlight> group = first; group != null; ) {
      batch.addAll(group);
      group = joined && batch.size() < maxRows ? groups.poll() : null;
    }
    size -= batch.size();
    for (InFlight event : batch) {
      tokens -= event.length();
      if (event == urgent) {
        urgent = null;
      }
    }
    return batch;
  }
}
