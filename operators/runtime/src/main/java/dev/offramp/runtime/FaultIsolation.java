package dev.offramp.runtime;

import dev.offramp.schemas.Reason;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what goes wrong with one event from the others of its batch: a batch that fails, or whose
 * logits aren't all finite, is run again in halves until the event at fault stands alone. b such
 * events among n cost some 2 b log2(n) calls.
 *
 * <p>An event that fails alone is rejected if the session then serves a blank event (all zeros, no
 * longer than what it served before) and the event fails once more. If the blank fails too, it is
 * the session and not the event, and the task fails with the first cause. So no row of bad events
 * ends a job, however long, and a broken session makes no dead letters of good events.
 *
 * <p>Where memory runs out, batches are limited to half the padded tokens; after {@link
 * #GOOD_BATCHES} that went well the limit grows by an eighth. One thread.
 */
final class FaultIsolation {
  private static final Logger LOG = LoggerFactory.getLogger(FaultIsolation.class);
  private static final int GOOD_BATCHES = 100;

  private final StageRunner stage;
  private final Ticker ticker;
  private final StageWork work;
  private final BiConsumer<InFlight, InferenceException> rejected;
  private final float bound;
  private final boolean blankIsFinite;
  private final ArrayDeque<List<InFlight>> parts = new ArrayDeque<>();

  /** Padded tokens of the largest batch that can be. */
  private final long largest;

  /** Padded tokens of a batch at most, unless it is one event. */
  private long limit;

  /** The limit before the batch at hand. */
  private long before;

  private int good;
  private int longestServed;
  private long micros;

  /** What went wrong first since the batch came or an event was rejected; null: nothing. */
  private InferenceException first;

  /**
   * Runs a blank event to know how a session behaves that is sound.
   *
   * @param maxRows of a batch
   * @param work to which failures and the limit are told
   * @param rejected receives events that are at fault, and why, on the calling thread
   * @throws InferenceException the stage fails on a blank event
   */
  FaultIsolation(
      StageRunner stage,
      Manifest manifest,
      int maxRows,
      Ticker ticker,
      StageWork work,
      BiConsumer<InFlight, InferenceException> rejected) {
    this.stage = stage;
    this.ticker = ticker;
    this.work = work;
    this.rejected = rejected;
    this.bound = Exits.largestLogit(manifest);
    int longest = manifest.input() instanceof Manifest.TextInput text ? text.maxTokens() : 1;
    this.largest = (long) maxRows * longest;
    InFlight blank = stage.blank();
    stage.run(List.of(blank));
    this.blankIsFinite = stage.largestLogit(blank) <= bound;
    this.longestServed = blank.length();
    limit(largest);
  }

  /** Begins with a batch; what was left of the last one is forgotten. */
  void take(List<InFlight> batch) {
    parts.clear();
    parts.push(batch);
    before = limit;
    first = null;
  }

  /**
   * Runs the batch, or as much of it as goes well together.
   *
   * @return events whose logits are in place, and whose hidden states lie ready with the stage
   *     until the next call; null: all of the batch has been given back or rejected
   * @throws InferenceException the session is at fault
   */
  List<InFlight> next() {
    while (!parts.isEmpty()) {
      List<InFlight> part = parts.pop();
      boolean alone = part.size() == 1;
      if (!alone && padded(part) > limit) {
        halve(part);
        continue;
      }
      InferenceException failure = run(part);
      if (failure == null || (alone && !isAtFault(part))) {
        served(part);
        return part;
      }
      if (!alone) {
        if (failure.reason() == Reason.OUT_OF_MEMORY) {
          shrink(part);
        }
        halve(part);
      }
    }
    return null;
  }

  /** How long the stage took for the events that {@link #next} gave back, microseconds. */
  long micros() {
    return micros;
  }

  /** Runs events; null if all went well. */
  private InferenceException run(List<InFlight> part) {
    InferenceException failure = null;
    long begun = ticker.micros();
    try {
      stage.run(part);
      micros = ticker.micros() - begun;
      for (int i = 0; i < part.size() && failure == null; i++) {
        float largest = stage.largestLogit(part.get(i));
        // Not the other way round: NaN is less than nothing.
        if (!(largest <= bound)) {
          failure = new InferenceException(Reason.NOT_FINITE, notFinite(largest), null);
        }
      }
    } catch (InferenceException e) {
      failure = e;
    }
    if (failure != null) {
      work.addFailure();
      first = first == null ? failure : first;
    }
    return failure;
  }

  /** Tries an event that failed alone once more, and rejects it if it fails again. */
  private boolean isAtFault(List<InFlight> alone) {
    InFlight event = alone.get(0);
    checkSession(event.length());
    InferenceException again = run(alone);
    if (again == null) {
      return false;
    }
    if (again.reason() == Reason.OUT_OF_MEMORY) {
      // It was too large by itself: what it did to the limit says nothing about the others.
      limit(before);
    }
    first = null;
    rejected.accept(event, again);
    return true;
  }

  private void checkSession(int length) {
    InferenceException cause = first;
    InferenceException failure = run(List.of(stage.blank(Math.min(length, longestServed))));
    if (failure == null || (failure.reason() == Reason.NOT_FINITE && !blankIsFinite)) {
      return;
    }
    throw new InferenceException(
        cause.reason(),
        "%s. An event of zeros, which it served before, fails as well: it is the session and not the event"
            .formatted(cause.getMessage()),
        cause);
  }

  private void served(List<InFlight> part) {
    longestServed = Math.max(longestServed, InFlight.longest(part));
    if (limit < largest && ++good == GOOD_BATCHES) {
      limit(Math.min(largest, limit + Math.max(1, limit / 8)));
    }
  }

  private void shrink(List<InFlight> part) {
    limit(Math.max(1, Math.min(limit, padded(part)) / 2));
    LOG.info("{}; batches are limited to {} padded tokens", first.getMessage(), limit);
  }

  private void limit(long tokens) {
    limit = tokens;
    good = 0;
    work.limit(tokens);
  }

  private void halve(List<InFlight> part) {
    int half = part.size() / 2;
    parts.push(part.subList(half, part.size()));
    parts.push(part.subList(0, half));
  }

  private String notFinite(float value) {
    return Float.isFinite(value)
        ? "%s gives a logit of %s, which is too large to compute with".formatted(stage, value)
        : "%s gives logits that are NaN or infinite".formatted(stage);
  }

  private static long padded(List<InFlight> part) {
    return (long) part.size() * InFlight.longest(part);
  }
}
