package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BatchQueueTest {
  private static final long NOBODY = -1;

  private static InFlight event(int length) {
    return new InFlight(null, "e", new int[length], null, false, 0, -1, new ExitState(1, 2));
  }

  private static List<Integer> lengths(List<InFlight> batch) {
    return batch.stream().map(InFlight::length).toList();
  }

  @Test
  void longestComeFirstUntilTheKnee() {
    BatchQueue queue = new BatchQueue(20, 32);
    for (int length : new int[] {3, 10, 4, 10, 9, 3}) {
      queue.add(event(length), 0);
    }
    assertThat(queue.full()).isTrue();
    assertThat(lengths(queue.take(NOBODY))).containsExactly(10, 10);
    assertThat(lengths(queue.take(NOBODY))).containsExactly(9, 4, 3);
    assertThat(lengths(queue.take(NOBODY))).containsExactly(3);
    assertThat(queue.take(NOBODY)).isEmpty();
  }

  @Test
  void equalsJoinABatchPastTheKneeUpToTheRowLimit() {
    BatchQueue queue = new BatchQueue(8, 5);
    for (int i = 0; i < 7; i++) {
      queue.add(event(4), 0);
    }
    assertThat(queue.take(NOBODY)).hasSize(5);
    assertThat(queue.take(NOBODY)).hasSize(2);
  }

  @Test
  void eventThatWaitedTooLongHeadsTheBatch() {
    BatchQueue queue = new BatchQueue(8, 32);
    queue.add(event(3), 100);
    queue.add(event(9), 200);
    queue.add(event(2), 300);
    assertThat(queue.oldestMicros()).isEqualTo(100);
    assertThat(lengths(queue.take(150))).containsExactly(3, 2);
    assertThat(queue.oldestMicros()).isEqualTo(200);
    assertThat(lengths(queue.take(150))).containsExactly(9);
    assertThat(queue.oldestMicros()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void fewTokensAreNoFullBatch() {
    BatchQueue queue = new BatchQueue(64, 4);
    queue.add(event(20), 0);
    queue.add(event(20), 0);
    queue.add(event(20), 0);
    assertThat(queue.full()).isFalse();
    queue.add(event(1), 0);
    assertThat(queue.full()).as("row limit").isTrue();
    assertThat(queue.tokens()).isEqualTo(61);
  }

  @Property
  void everyEventIsTakenOnceAndNoBatchIsOverItsLimits(
      @ForAll @Size(min = 1, max = 200) List<@IntRange(min = 1, max = 60) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 200) int knee,
      @ForAll @IntRange(min = 1, max = 40) int rows,
      @ForAll @IntRange(min = 0, max = 200) int overdue) {
    BatchQueue queue = new BatchQueue(knee, rows);
    List<InFlight> all = new ArrayList<>();
    for (int i = 0; i < lengths.size(); i++) {
      all.add(event(lengths.get(i)));
      queue.add(all.get(i), i);
    }
    Set<InFlight> taken = new HashSet<>();
    while (queue.size() > 0) {
      boolean waits = queue.oldestMicros() <= overdue;
      long oldest = queue.oldestMicros();
      List<InFlight> batch = queue.take(overdue);
      assertThat(batch).isNotEmpty().hasSizeLessThanOrEqualTo(rows);
      assertThat(taken).doesNotContainAnyElementsOf(batch);
      taken.addAll(batch);
      List<Integer> sizes = lengths(batch);
      assertThat(sizes).isSortedAccordingTo((a, b) -> b - a);
      int longest = sizes.get(0);
      for (int i = 0; i < sizes.size(); i++) {
        assertThat(sizes.get(i) == longest || i * longest < knee)
            .as("no shorter event joins past the knee")
            .isTrue();
      }
      if (waits) {
        assertThat(batch).anyMatch(e -> e.queuedMicros == oldest);
      }
    }
    assertThat(taken).hasSize(all.size());
    assertThat(queue.tokens()).isZero();
  }
}
