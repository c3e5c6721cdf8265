package dev.offramp.fit.work;

import java.util.function.IntConsumer;

/**
 * Runs independent tasks on every core. Each task must give the same whatever runs beside it, so
 * that results don't depend on the number of cores. Any thread; it waits until all is done.
 */
public final class Workers {
  private Workers() {}

  /**
   * Runs tasks 0 to count - 1 and returns when all are done. The first failure is thrown.
   *
   * @param task gets its number, in a thread of the pool
   * @throws IllegalStateException the thread that waits was interrupted
   */
  public static void run(int count, IntConsumer task) {
    try (WorkerPool pool = new WorkerPool(count)) {
      pool.run(count, task);
    }
  }

  /**
   * Runs a task over the ranges [from, to) of items, block by block, as {@link #run} does.
   *
   * @param items how many in all
   * @param block items of a range; the last may have fewer
   */
  public static void blocks(int items, int block, Range task) {
    run((items + block - 1) / block, i -> task.accept(i * block, Math.min(items, (i + 1) * block)));
  }

  /** A task over a range. */
  @FunctionalInterface
  public interface Range {
    /**
     * Does a range.
     *
     * @param from the first item
     * @param to the item after the last
     */
    void accept(int from, int to);
  }
}
