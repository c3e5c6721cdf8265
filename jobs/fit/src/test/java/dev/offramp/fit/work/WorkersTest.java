package dev.offramp.fit.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkersTest {
  @Test
  void everyItemIsDoneOnce() {
    for (int items : new int[] {0, 1, 10, 11, 25}) {
      AtomicIntegerArray done = new AtomicIntegerArray(items);
      Workers.blocks(
          items,
          10,
          (from, to) -> {
            for (int i = from; i < to; i++) {
              done.incrementAndGet(i);
            }
          });
      for (int i = 0; i < items; i++) {
        assertThat(done.get(i)).isEqualTo(1);
      }
    }
  }

  @Test
  void failureOfATaskIsThrown() {
    assertThatThrownBy(
            () ->
                Workers.run(
                    5,
                    i -> {
                      if (i == 3) {
                        throw new IllegalArgumentException("task 3");
                      }
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("task 3");
    assertThatThrownBy(
            () ->
                Workers.run(
                    1,
                    i -> {
                      throw new AssertionError("broken");
                    }))
        .isInstanceOf(AssertionError.class);
  }
}
