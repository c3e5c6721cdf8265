package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;

/** Checks that a queue keeps the order of its events' deadlines. */
final class DeadlineOrder {
  private DeadlineOrder() {}

  /**
   * Adds events and takes batches in turn, and compares the queue with a plain list.
   *
   * @param sorted whether a batch takes the earliest of each length first
   * @param lengths of the events
   */
  static void check(
      BatchQueue queue,
      boolean sorted,
      List<Integer> deadlines,
      IntSupplier lengths,
      Random random) {
    List<InFlight> waiting = new ArrayList<>();
    for (int deadline : deadlines) {
      InFlight event =
          new InFlight(
              null, "e", new int[lengths.getAsInt()], null, false, 0, -1, new ExitState(1, 2));
      event.latestMicros = deadline;
      queue.add(event);
      waiting.add(event);
      if (random.nextInt(4) == 0) {
        takeOne(queue, sorted, waiting, random);
      }
    }
    while (!waiting.isEmpty()) {
      takeOne(queue, sorted, waiting, random);
    }
    assertThat(queue.mostUrgent()).isNull();
    assertThat(queue.latestMicros()).isEqualTo(Long.MAX_VALUE);
    assertThat(queue.size()).isZero();
    assertThat(queue.tokens()).isZero();
  }

  private static void takeOne(
      BatchQueue queue, boolean sorted, List<InFlight> waiting, Random random) {
    long earliest = waiting.stream().mapToLong(e -> e.latestMicros).min().orElseThrow();
    InFlight urgent = queue.mostUrgent();
    assertThat(urgent.latestMicros).isEqualTo(queue.latestMicros()).isEqualTo(earliest);
    assertThat(waiting).contains(urgent);
    boolean hurry = random.nextBoolean();
    List<InFlight> batch = hurry ? queue.with(urgent, random.nextInt(3000)) : queue.best();
    if (hurry) {
      assertThat(batch).contains(urgent);
    }
    assertThat(waiting).containsAll(batch);
    waiting.removeAll(batch);
    assertThat(queue.size()).isEqualTo(waiting.size());
    if (sorted) {
      for (InFlight taken : batch) {
        assertThat(waiting)
            .as("those left behind of length %d", taken.length())
            .filteredOn(e -> e.length() == taken.length())
            .allMatch(e -> e.latestMicros >= taken.latestMicros);
      }
    }
  }
}
