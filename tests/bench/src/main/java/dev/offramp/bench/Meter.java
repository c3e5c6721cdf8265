package dev.offramp.bench;

import dev.offramp.schemas.Prediction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Counts the predictions of one run as they come, and takes its time: from the moment when a tenth
 * of the events had come to the moment when 95 % had, so that neither start nor drain counts. Holds
 * that each event comes once. Any thread.
 */
final class Meter {
  private static final double FROM = 0.10;
  private static final double TO = 0.95;

  /** The share of events that the time is taken over. */
  static final double TIMED = TO - FROM;

  private final Workload workload;
  private final int events;
  private final Supplier<Snapshot> moments;
  private final int fromCount;
  private final int toCount;
  private final CountDownLatch done = new CountDownLatch(1);
  private final BitSet seen;
  private final BitSet right;
  private final int[] exits;
  private int count;
  private int labelled;
  private double cost;
  private Snapshot from;
  private Snapshot to;
  private double padding = Double.NaN;
  private volatile String fault;

  /**
   * @param events how many will come: those numbered from 0 to before this
   * @param moments takes the present one
   */
  Meter(Workload workload, int events, Supplier<Snapshot> moments) {
    if (events < 10) {
      throw new IllegalArgumentException("a run needs 10 events or more: " + events);
    }
    this.workload = workload;
    this.events = events;
    this.moments = moments;
    this.fromCount = (int) Math.ceil(FROM * events);
    this.toCount = (int) Math.floor(TO * events);
    this.seen = new BitSet(events);
    this.right = new BitSet(events);
    this.exits = new int[workload.size()];
    Arrays.fill(exits, -1);
  }

  /** The events that are classified. */
  Workload workload() {
    return workload;
  }

  /** How many are classified. */
  int events() {
    return events;
  }

  /** A prediction has come. */
  void seen(Prediction p) {
    seen(Long.parseLong(p.getEventId()), p.getLabel(), p.getExit().getIndex(), p.getCost());
  }

  /**
   * An event has left.
   *
   * @param number of the event
   * @param label predicted for it; null: not judged
   * @param exit it left at
   * @param share of the network's multiply-adds that it used, in [0, 1]
   * @throws IllegalStateException it came before, or isn't one of those sent
   */
  synchronized void seen(long number, String label, int exit, double share) {
    if (number < 0 || number >= events || seen.get((int) number)) {
      throw failed(
          number < 0 || number >= events
              ? "event %d was predicted, but only %d were sent".formatted(number, events)
              : "event %d was predicted twice".formatted(number));
    }
    seen.set((int) number);
    exits[(int) (number % exits.length)] = exit;
    cost += share;
    if (label != null) {
      labelled++;
      right.set((int) number, label.equals(workload.truth(Long.toString(number))));
    }
    count++;
    if (count == fromCount) {
      from = moments.get();
    } else if (count == toCount) {
      to = moments.get();
    }
    if (count == events) {
      done.countDown();
    }
  }

  /** Says what went wrong, for whoever waits; returns it to be thrown. */
  IllegalStateException failed(String what) {
    fault = what;
    return new IllegalStateException(what);
  }

  /**
   * Waits until all events have come.
   *
   * @return whether they have, before the time was up
   * @throws IllegalStateException something went wrong
   */
  boolean await(long millis) throws InterruptedException {
    boolean all = done.await(millis, TimeUnit.MILLISECONDS);
    if (fault != null) {
      throw new IllegalStateException(fault);
    }
    return all;
  }

  /** How many have come. */
  synchronized int count() {
    return count;
  }

  /** When the time began. */
  synchronized Snapshot from() {
    return from;
  }

  /** When it ended. */
  synchronized Snapshot to() {
    return to;
  }

  /** What was used while the time ran. */
  synchronized Snapshot.Usage usage() {
    return to.since(from);
  }

  /** How many events came while the time ran. */
  int timed() {
    return toCount - fromCount;
  }

  /** How many came a second. */
  double eventsPerSecond() {
    return timed() / usage().seconds();
  }

  /** Says which share of the multiply-adds computed was padding. */
  synchronized void padding(double share) {
    padding = share;
  }

  /** The share of the multiply-adds computed that was padding, in [0, 1]; null: not known. */
  synchronized Double padding() {
    return Double.isNaN(padding) ? null : padding;
  }

  /** Mean share of the network's multiply-adds. */
  synchronized double meanCost() {
    return cost / count;
  }

  /**
   * Share of right labels among the first events, in [0, 1]; null if labels weren't given.
   *
   * @param first how many, at most all
   */
  synchronized Double accuracy(int first) {
    return labelled < count ? null : right.get(0, first).cardinality() / (double) first;
  }

  /** The exit that the workload's events left at, by number; -1 where none was sent. */
  synchronized List<Integer> exits() {
    List<Integer> list = new ArrayList<>(exits.length);
    for (int exit : exits) {
      list.add(exit);
    }
    return list;
  }
}
