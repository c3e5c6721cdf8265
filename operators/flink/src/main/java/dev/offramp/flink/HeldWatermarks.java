package dev.offramp.flink;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamElement;
import org.apache.flink.util.function.ThrowingConsumer;

/**
 * Holds watermarks, and the news that an input is idle or active, until the events before them have
 * left. The events between two signals are an epoch, which counts those that are still here; a
 * signal goes on when its epoch and all before it are empty. So events may leave in any order, for
 * one step of a counter each; an event may pass a held signal that came before it, which makes it
 * early, never late. One thread.
 */
final class HeldWatermarks {
  /** The events between two signals. */
  static final class Epoch {
    private int here;

    /** What came after them. */
    private StreamElement signal;
  }

  private final ThrowingConsumer<StreamElement, Exception> outlet;
  private final Deque<Epoch> closed = new ArrayDeque<>();
  private Epoch open = new Epoch();

  /**
   * Holds nothing yet.
   *
   * @param outlet takes the signals in their order
   */
  HeldWatermarks(ThrowingConsumer<StreamElement, Exception> outlet) {
    this.outlet = outlet;
  }

  /** An event comes in; the epoch that it must leave again. */
  Epoch enter() {
    open.here++;
    return open;
  }

  /** An event's outcome has been emitted. */
  void leave(Epoch epoch) throws Exception {
    epoch.here--;
    while (!closed.isEmpty() && closed.peek().here == 0) {
      outlet.accept(closed.poll().signal);
    }
  }

  /** A signal comes in. */
  void hold(StreamElement signal) throws Exception {
    if (open.here == 0 && closed.isEmpty()) {
      outlet.accept(signal);
    } else if (open.here == 0
        && signal instanceof Watermark
        && closed.peekLast().signal instanceof Watermark) {
      // Of watermarks with no event between them, the last says all.
      closed.peekLast().signal = signal;
    } else {
      open.signal = signal;
      closed.add(open);
      open = new Epoch();
    }
  }
}
