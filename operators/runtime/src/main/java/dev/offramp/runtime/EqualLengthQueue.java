package dev.offramp.runtime;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Batches of equal length alone, for networks whose numbers depend on padding: a {@link
 * LengthQueue} for each length. Of their best batches the one that is worth the most is the best.
 */
final class EqualLengthQueue implements BatchQueue {
  private final CostCurve curve;
  private final int maxRows;

  /** By length; a queue that has become empty is kept for the next event of its length. */
  private final SortedMap<Integer, LengthQueue> queues = new TreeMap<>();

  /**
   * An empty queue.
   *
   * @param curve of the stage; may change meanwhile
   * @param maxRows of a batch
   */
  EqualLengthQueue(CostCurve curve, int maxRows) {
    this.curve = curve;
    this.maxRows = maxRows;
  }

  @Override
  public void add(InFlight event) {
    queues.computeIfAbsent(event.length(), length -> new LengthQueue(curve, maxRows)).add(event);
  }

  @Override
  public int size() {
    return queues.values().stream().mapToInt(LengthQueue::size).sum();
  }

  @Override
  public long tokens() {
    return queues.values().stream().mapToLong(LengthQueue::tokens).sum();
  }

  @Override
  public double worth() {
    return queues.values().stream().mapToDouble(LengthQueue::worth).max().orElse(0);
  }

  @Override
  public InFlight mostUrgent() {
    InFlight urgent = null;
    for (LengthQueue same : queues.values()) {
      InFlight first = same.mostUrgent();
      if (first != null && (urgent == null || first.latestMicros < urgent.latestMicros)) {
        urgent = first;
      }
    }
    return urgent;
  }

  @Override
  public List<InFlight> best() {
    LengthQueue best = null;
    double most = -1;
    for (LengthQueue same : queues.values()) {
      double worth = same.size() == 0 ? -1 : same.worth();
      if (worth > most) {
        most = worth;
        best = same;
      }
    }
    return best == null ? List.of() : best.best();
  }

  @Override
  public List<InFlight> with(InFlight urgent, double mostMicros) {
    return queues.get(urgent.length()).with(urgent, mostMicros);
  }
}
