package dev.offramp.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Batches by length and cost. A batch is headed by its longest event, to whose length the others
 * are padded, and takes in the longest of the shorter ones. Of all such batches the best is the one
 * that computes the most real tokens a microsecond by the stage's cost curve: where the curve is
 * flat, shorter events ride along for nothing; where it rises with the tokens, padding only costs.
 * Past the bend a larger batch wins nothing more, so the smallest that is nearly the best is run.
 *
 * <p>Among events of one length those with the earliest {@link InFlight#latestMicros} are taken
 * first, and of equal ones those that were added first.
 */
public final class LengthQueue implements BatchQueue {
  /** A batch this near to the best one is as good, and done sooner. */
  private static final double NEARLY = 0.98;

  /** Once worth falls this far, still shorter events only pad. */
  private static final double HOPELESS = 0.9;

  private final CostCurve curve;
  private final int maxRows;

  /** One queue for each length; the first of each is the most urgent event of that length. */
  private final List<PriorityQueue<InFlight>> byLength = new ArrayList<>();

  /** Events added so far, which orders those of equal urgency. */
  private long added;

  private int size;
  private long tokens;

  /** Of the best batch, while {@link #judged}. */
  private boolean judged;

  private int head;
  private int rows;
  private double rate;

  /**
   * An empty queue.
   *
   * @param curve of the stage; may change meanwhile
   * @param maxRows of a batch
   */
  public LengthQueue(CostCurve curve, int maxRows) {
    this.curve = curve;
    this.maxRows = maxRows;
  }

  @Override
  public void add(InFlight event) {
    int length = event.length();
    while (byLength.size() <= length) {
      byLength.add(new PriorityQueue<>(InFlight.BY_URGENCY));
    }
    event.sequence = added++;
    byLength.get(length).add(event);
    size++;
    tokens += length;
    judged = false;
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
    judge();
    if (size == 0) {
      return 0;
    }
    return rows == maxRows ? 1 : Math.min(1, rate / curve.best());
  }

  @Override
  public InFlight mostUrgent() {
    InFlight urgent = null;
    for (int length = 1; length < byLength.size(); length++) {
      InFlight first = byLength.get(length).peek();
      if (first != null && (urgent == null || InFlight.BY_URGENCY.compare(first, urgent) < 0)) {
        urgent = first;
      }
    }
    return urgent;
  }

  @Override
  public List<InFlight> best() {
    judge();
    return size == 0 ? List.of() : take(head, enough(head, rows));
  }

  @Override
  public List<InFlight> with(InFlight urgent, double mostMicros) {
    rate = 0;
    judge(urgent.length());
    int limit = enough(head, rows);
    while (limit > 1 && curve.micros(limit, head) > mostMicros) {
      limit--;
    }
    return take(head, limit);
  }

  private void judge() {
    if (judged) {
      return;
    }
    rate = 0;
    for (int length = byLength.size() - 1; length > 0; length--) {
      if (!byLength.get(length).isEmpty()) {
        judge(length);
      }
    }
    judged = true;
  }

  /**
   * Judges the batches with a head of this length, and keeps the best if it beats the old one. Of
   * equals that join, all or as many as just reach or just pass the bend are the best.
   */
  private void judge(int longest) {
    int bend = Math.max(1, curve.knee() / longest);
    double most = 0;
    int inBatch = 0;
    long real = 0;
    for (int length = longest; length > 0 && inBatch < maxRows; length--) {
      int join = Math.min(byLength.get(length).size(), maxRows - inBatch);
      if (join == 0) {
        continue;
      }
      double now = judge(longest, inBatch + join, real + (long) join * length);
      for (int n = Math.max(bend, inBatch + 1); n <= bend + 1 && n < inBatch + join; n++) {
        now = Math.max(now, judge(longest, n, real + (long) (n - inBatch) * length));
      }
      most = Math.max(most, now);
      if (now < HOPELESS * most) {
        return;
      }
      inBatch += join;
      real += (long) join * length;
    }
  }

  private double judge(int longest, int inBatch, long real) {
    double now = real / curve.micros(inBatch, longest);
    if (now > rate) {
      rate = now;
      head = longest;
      rows = inBatch;
    }
    return now;
  }

  private List<InFlight> take(int longest, int limit) {
    List<InFlight> batch = new ArrayList<>(limit);
    for (int length = longest; batch.size() < limit; length--) {
      PriorityQueue<InFlight> same = byLength.get(length);
      while (!same.isEmpty() && batch.size() < limit) {
        batch.add(same.poll());
        tokens -= length;
      }
    }
    size -= batch.size();
    judged = false;
    return batch;
  }

  /** The fewest rows that are nearly as good as this many. */
  private int enough(int longest, int most) {
    double wanted = NEARLY * rate;
    long real = 0;
    int inBatch = 0;
    for (int length = longest; length > 0; length--) {
      for (int i = byLength.get(length).size(); i > 0 && inBatch < most; i--) {
        inBatch++;
        real += length;
        if (real / curve.micros(inBatch, longest) >= wanted) {
          return inBatch;
        }
      }
    }
    return most;
  }

  @Override
  public String toString() {
    return "events by length "
        + Arrays.toString(byLength.stream().mapToInt(PriorityQueue::size).toArray());
  }
}
