package dev.offramp.bench.latency;

import dev.offramp.schemas.Prediction;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;

/**
 * The predictions of one schedule's events as they come out of the operators. Sees to it that each
 * event comes out once, and measures from its scheduled arrival, which it works out itself instead
 * of believing what the prediction says. Any thread.
 */
final class Emissions {
  private final Arrivals arrivals;
  private final long measureFrom;
  private final Tally tally;
  private final Timeline timeline;
  private final BitSet seen = new BitSet();
  private long emittedAtBegin;
  private long emittedAtEnd;
  private String fault;

  /**
   * @param measureFrom events that arrive from then on count, microseconds since the epoch; earlier
   *     ones warm up
   * @param truth the label of the event of an id
   */
  Emissions(
      Arrivals arrivals, long measureFrom, long budgetMicros, Function<String, String> truth) {
    this.arrivals = arrivals;
    this.measureFrom = measureFrom;
    this.tally = new Tally(budgetMicros, truth);
    this.timeline = new Timeline(arrivals);
  }

  /**
   * A prediction came out.
   *
   * @param nowMicros when, microseconds since the epoch
   */
  synchronized void emitted(Prediction prediction, long nowMicros) {
    long number = Long.parseLong(prediction.getEventId());
    if (!arrivals.holds(number)) {
      fault =
          "event %d has a prediction but was not sent now: the job failed and began again, or serves twice; its log says more"
              .formatted(number);
      return;
    }
    int index = Math.toIntExact(number - arrivals.first());
    if (seen.get(index)) {
      fault =
          "event %d has two predictions: the job failed and began again, or serves twice; its log says more"
              .formatted(number);
      return;
    }
    seen.set(index);
    long due = arrivals.dueMicros(number);
    long latency = Math.max(0, nowMicros - due);
    timeline.emitted(nowMicros, latency);
    emittedAtBegin += nowMicros <= measureFrom ? 1 : 0;
    emittedAtEnd += nowMicros <= arrivals.endMicros() ? 1 : 0;
    if (due >= measureFrom) {
      tally.add(prediction, due, latency);
    }
  }

  /** How many events have no prediction yet. */
  synchronized long missing() {
    return arrivals.schedule().events() - seen.cardinality();
  }

  /** What must not be: an event with two predictions, or one that wasn't sent; null: nothing. */
  synchronized String fault() {
    return fault;
  }

  /** The figures of the events that count. */
  synchronized LatencyFigures figures() {
    return tally.figures();
  }

  /** Events due but not out when measuring began. */
  synchronized long backlogAtBegin() {
    return arrivals.dueBy(measureFrom) - emittedAtBegin;
  }

  /** Events due but not out when the schedule ended. */
  synchronized long backlogAtEnd() {
    return arrivals.dueBy(arrivals.endMicros()) - emittedAtEnd;
  }

  /** What came out when. */
  synchronized List<Window> windows() {
    return timeline.windows();
  }
}
