package dev.offramp.bench;

import dev.offramp.runtime.Device;
import dev.offramp.runtime.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The bare loop, in as many threads as the others have subtasks. */
final class BareOpponent implements Opponent {
  /** More events on their way in each thread than keep its batches full. */
  private static final int WINDOW = 1024;

  private final Ground ground;

  BareOpponent(Ground ground) {
    this.ground = ground;
  }

  @Override
  public String name() {
    return Opponents.BARE_LOOP;
  }

  @Override
  public String description() {
    return "bare loop: tokenizer, stages, batching";
  }

  @Override
  public boolean needsExits() {
    return true;
  }

  @Override
  public void run(Plan plan) throws Exception {
    int threads = ground.parallelism();
    ExecutorService pool =
        Executors.newFixedThreadPool(threads, task -> new Thread(task, "offramp bare loop"));
    try {
      List<Future<?>> runs = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int first = t;
        runs.add(
            pool.submit(
                () -> {
                  loop(plan, first, threads);
                  return null;
                }));
      }
      for (Future<?> run : runs) {
        run.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the bare loop failed: " + e.getCause(), e);
    } finally {
      pool.shutdown();
    }
  }

  private void loop(Plan plan, int first, int step) throws Exception {
    Manifest manifest = ground.bundle().manifest();
    Workload workload = plan.meter().workload();
    try (BareLoop loop =
        new BareLoop(ground.bundle(), Device.CPU, workload, i -> plan.exits().get(i))) {
      loop.run(
          first,
          step,
          plan.meter().events(),
          WINDOW,
          number -> {
            int exit = plan.exits().get((int) (number % workload.size()));
            plan.meter().seen(number, null, exit, manifest.stages().get(exit).cost());
          });
    }
  }
}
