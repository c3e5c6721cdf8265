package dev.offramp.fit.work;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * Threads that run independent tasks time and again, for work that meets after every few
 * milliseconds; what is done once runs on {@link Workers}. One thread at a time may use it.
 */
public final class WorkerPool implements AutoCloseable {
  private final ExecutorService pool;

  /**
   * As many threads as there are cores.
   *
   * @param most threads that will have something to do
   */
  public WorkerPool(int most) {
    int threads = Math.min(most, Runtime.getRuntime().availableProcessors());
    pool = Executors.newFixedThreadPool(Math.max(1, threads));
  }

  /**
   * Runs tasks 0 to count - 1 and returns when all are done. The first failure is thrown.
   *
   * @param task gets its number, in a thread of the pool
   * @throws IllegalStateException the thread that waits was interrupted
   */
  public void run(int count, IntConsumer task) {
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int index = i;
        running.add(pool.submit(() -> task.accept(index)));
      }
      for (Future<?> f : running) {
        f.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException r) {
        throw r;
      }
      if (e.getCause() instanceof Error r) {
        throw r;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("learning was interrupted", e);
    }
  }

  /** Waits for tasks that a failure left running: they may use what their owner frees next. */
  @Override
  public void close() {
    pool.shutdownNow();
    try {
      boolean ended = false;
      while (!ended) {
        ended = pool.awaitTermination(1, TimeUnit.MINUTES);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
