package dev.offramp.fit.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {
  @Test
  void everyRunIsDoneBeforeTheNext() {
    AtomicInteger done = new AtomicInteger();
    try (WorkerPool pool = new WorkerPool(3)) {
      for (int run = 1; run <= 50; run++) {
        pool.run(3, i -> done.incrementAndGet());
        assertThat(done).hasValue(3 * run);
      }
    }
  }

  @Test
  void failureIsThrownAndThePoolGoesOn() {
    try (WorkerPool pool = new WorkerPool(2)) {
      assertThatThrownBy(
              () ->
                  pool.run(
                      2,
                      i -> {
                        throw new IllegalArgumentException("task");
                      }))
          .hasMessage("task");
      AtomicInteger done = new AtomicInteger();
      pool.run(2, i -> done.incrementAndGet());
      assertThat(done).hasValue(2);
    }
  }

  @Test
  void closedPoolHasNoTaskRunning() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    Thread owner;
    try (WorkerPool pool = new WorkerPool(1)) {
      owner =
          new Thread(
              () ->
                  pool.run(
                      1,
                      i -> {
                        begun.countDown();
                        while (!Thread.currentThread().isInterrupted()) {
                          Thread.onSpinWait();
                        }
                        ended.set(true);
                      }));
      owner.start();
      begun.await();
    }
    assertThat(ended).isTrue();
    owner.join();
  }
}
