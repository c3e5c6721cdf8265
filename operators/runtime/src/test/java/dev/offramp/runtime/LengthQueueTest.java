package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LengthQueueTest {
  private static InFlight event(int length, long latest) {
    InFlight event =
        new InFlight(null, "e", new int[length], null, false, 0, -1, new ExitState(1, 2));
    event.latestMicros = latest;
    return event;
  }

  /** Flat up to a knee, then in proportion. */
  private static CostCurve knee(int tokens) {
    return new CostCurve(new double[] {tokens, 100.0 * tokens}, new double[] {1000, 100_000});
  }

  /** The same, where less than a knee is all one. */
  private static CostCurve flat(int tokens) {
    return new CostCurve(
        new double[] {tokens / 100.0, tokens, 100.0 * tokens}, new double[] {1000, 1000, 100_000});
  }

  private static LengthQueue queue(CostCurve curve, int maxRows, int... lengths) {
    LengthQueue queue = new LengthQueue(curve, maxRows);
    for (int length : lengths) {
      queue.add(event(length, Long.MAX_VALUE));
    }
    return queue;
  }

  private static List<Integer> lengths(List<InFlight> batch) {
    return batch.stream().map(InFlight::length).toList();
  }

  @Test
  void likeLengthsShareABatchAndShorterOnesOnlyWhereTheyRideForNothing() {
    LengthQueue queue = queue(flat(20), 32, 3, 10, 4, 10, 9, 3);
    assertThat(lengths(queue.best())).as("20 of 20 tokens are real").containsExactly(10, 10);
    assertThat(lengths(queue.best())).as("below the knee they ride along").containsExactly(9, 4);
    assertThat(lengths(queue.best())).containsExactly(3, 3);
    assertThat(queue.best()).isEmpty();
    assertThat(queue.worth()).isZero();
  }

  @Test
  void batchPastTheKneeIsNoLargerThanItNeedsToBe() {
    LengthQueue queue = queue(flat(8), 32, 4, 4, 4, 4, 4);
    assertThat(queue.worth()).isEqualTo(1);
    assertThat(queue.best()).hasSize(2);
    assertThat(queue.best()).hasSize(2);
    assertThat(queue.worth()).isEqualTo(0.5);
    assertThat(queue.best()).hasSize(1);
  }

  @Test
  void rowsAreLimited() {
    LengthQueue queue = queue(flat(100), 5, 4, 4, 4, 4, 4, 4, 4);
    assertThat(queue.worth()).as("nothing can join").isEqualTo(1);
    assertThat(queue.best()).hasSize(5);
    assertThat(queue.worth()).as("8 of 100 tokens").isEqualTo(0.08);
    assertThat(queue.best()).hasSize(2);
  }

  @Test
  void eventInAHurryHeadsItsBatchWhichEndsInTime() {
    LengthQueue queue = new LengthQueue(flat(8), 32);
    queue.add(event(9, 400));
    queue.add(event(3, 100));
    queue.add(event(2, 300));
    InFlight urgent = queue.mostUrgent();
    assertThat(urgent.latestMicros).isEqualTo(queue.latestMicros()).isEqualTo(100);
    assertThat(lengths(queue.with(urgent, 5000))).containsExactly(3, 2);
    assertThat(queue.latestMicros()).isEqualTo(400);
    assertThat(lengths(queue.with(queue.mostUrgent(), 1))).as("at least it").containsExactly(9);
    assertThat(queue.latestMicros()).isEqualTo(Long.MAX_VALUE);
    assertThat(queue.mostUrgent()).isNull();

    LengthQueue tight = queue(knee(8), 32, 8, 8, 8, 8);
    // A batch of two takes twice as long, and there is time for one and a half.
    assertThat(tight.with(tight.mostUrgent(), 1500)).hasSize(1);
  }

  @Test
  void curveOfAGraphicsCardFillsItsBatches() {
    CostCurve card = flat(4000);
    LengthQueue queue = new LengthQueue(card, 1024);
    Random random = new Random(3);
    int full = 0;
    int padded = 0;
    int real = 0;
    int batches = 0;
    for (int i = 0; i < 20_000; i++) {
      queue.add(event(5 + random.nextInt(20), Long.MAX_VALUE));
      if (queue.worth() >= 0.95) {
        List<InFlight> batch = queue.best();
        int tokens = batch.size() * InFlight.longest(batch);
        int sum = batch.stream().mapToInt(InFlight::length).sum();
        batches++;
        padded += tokens;
        real += sum;
        full += sum >= 0.9 * 4000 ? 1 : 0;
      }
    }
    assertThat(batches).isGreaterThan(50);
    assertThat(full).as("batches of 3,600 real tokens or more").isEqualTo(batches);
    assertThat(real / (double) padded).isGreaterThan(0.8);
  }

  @Property
  void everyEventIsTakenOnceLongestFirst(
      @ForAll @Size(min = 1, max = 200) List<@IntRange(min = 1, max = 60) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 200) int knee,
      @ForAll @IntRange(min = 1, max = 40) int rows,
      @ForAll Random random) {
    LengthQueue queue = new LengthQueue(flat(knee), rows);
    List<InFlight> all = new ArrayList<>();
    for (int i = 0; i < lengths.size(); i++) {
      all.add(event(lengths.get(i), i));
      queue.add(all.get(i));
    }
    Set<InFlight> taken = new HashSet<>();
    while (queue.size() > 0) {
      assertThat(queue.worth()).isBetween(0.0, 1.0);
      InFlight urgent = queue.mostUrgent();
      boolean hurry = random.nextBoolean();
      List<InFlight> batch = hurry ? queue.with(urgent, random.nextInt(3000)) : queue.best();
      assertThat(batch).isNotEmpty().hasSizeLessThanOrEqualTo(rows);
      assertThat(taken).doesNotContainAnyElementsOf(batch);
      taken.addAll(batch);
      assertThat(lengths(batch)).isSortedAccordingTo((a, b) -> b - a);
      if (hurry) {
        assertThat(batch).contains(urgent);
      }
    }
    assertThat(taken).hasSize(all.size());
    assertThat(queue.tokens()).isZero();
  }

  @Test
  void eventWithATighterDeadlineGoesBeforePatientOnesOfItsLength() {
    LengthQueue queue = new LengthQueue(flat(4), 32);
    InFlight patient = event(4, 500);
    InFlight tight = event(4, 40);
    queue.add(patient);
    queue.add(tight);
    assertThat(queue.mostUrgent()).isSameAs(tight);
    assertThat(queue.best()).containsExactly(tight);
    assertThat(queue.best()).containsExactly(patient);
  }

  @Test
  void eventsOfOneLengthAndDeadlineLeaveInTheOrderOfArrival() {
    LengthQueue queue = new LengthQueue(flat(4), 32);
    List<InFlight> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      all.add(event(4, 7));
      queue.add(all.get(i));
    }
    for (InFlight next : all) {
      assertThat(queue.best()).containsExactly(next);
    }
  }

  @Property
  void mostUrgentIsTheEarliestOfAllWhateverTheOrderOfArrival(
      @ForAll @Size(min = 1, max = 120) List<@IntRange(min = 0, max = 50) Integer> deadlines,
      @ForAll @IntRange(min = 1, max = 6) int lengths,
      @ForAll @IntRange(min = 1, max = 40) int knee,
      @ForAll Random random) {
    LengthQueue queue = new LengthQueue(flat(knee), 8);
    DeadlineOrder.check(queue, true, deadlines, () -> 1 + random.nextInt(lengths), random);
  }

  /** No batch of one head and shorter ones, longest first, beats the one that is taken by much. */
  @Property
  void noOtherBatchIsMuchBetter(
      @ForAll @Size(min = 1, max = 60) List<@IntRange(min = 1, max = 30) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 200) int knee) {
    CostCurve curve = flat(knee);
    LengthQueue queue = new LengthQueue(curve, 32);
    lengths.forEach(l -> queue.add(event(l, 0)));
    List<Integer> sorted = lengths.stream().sorted((a, b) -> b - a).toList();
    double most = 0;
    for (int head = 0; head < sorted.size(); head++) {
      int real = 0;
      for (int n = 1; n <= 32 && head + n <= sorted.size(); n++) {
        real += sorted.get(head + n - 1);
        most = Math.max(most, real / curve.micros(n, sorted.get(head)));
      }
    }
    List<InFlight> batch = queue.best();
    int real = batch.stream().mapToInt(InFlight::length).sum();
    assertThat(real / curve.micros(batch.size(), InFlight.longest(batch)))
        .isGreaterThan(0.97 * most);
  }
}
