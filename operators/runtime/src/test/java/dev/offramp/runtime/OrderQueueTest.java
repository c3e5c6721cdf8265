package dev.offramp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class OrderQueueTest {
  private static InFlight event(long latest) {
    InFlight event = new InFlight(null, "e", new int[2], null, false, 0, -1, new ExitState(1, 2));
    event.latestMicros = latest;
    return event;
  }

  @Test
  void batchesKeepTheOrderOfArrivalUnlessAnEventIsUrgent() {
    OrderQueue queue = new OrderQueue(2, true);
    List<InFlight> all = List.of(event(500), event(500), event(40), event(500));
    all.forEach(queue::add);
    assertThat(queue.mostUrgent()).isSameAs(all.get(2));
    assertThat(queue.with(queue.mostUrgent(), 1)).containsExactly(all.get(2), all.get(0));
    assertThat(queue.best()).containsExactly(all.get(1), all.get(3));
  }

  @Test
  void groupWithTheUrgentEventGoesFirst() {
    OrderQueue queue = new OrderQueue(2, false);
    List<InFlight> early = List.of(event(500), event(400));
    List<InFlight> late = List.of(event(600), event(40), event(700));
    queue.addAll(early);
    queue.addAll(late);
    assertThat(queue.with(queue.mostUrgent(), 1)).isEqualTo(late);
    assertThat(queue.best()).isEqualTo(early);
  }

  @Property
  void mostUrgentIsTheEarliestOfAllWhateverTheOrderOfArrival(
      @ForAll @Size(min = 1, max = 120) List<@IntRange(min = 0, max = 50) Integer> deadlines,
      @ForAll boolean joined,
      @ForAll Random random) {
    OrderQueue queue = new OrderQueue(8, joined);
    DeadlineOrder.check(queue, false, deadlines, () -> 1 + random.nextInt(5), random);
  }
}
