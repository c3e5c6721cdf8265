package dev.offramp.bench;

import dev.offramp.runtime.BatchQueue;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.CostCurve;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.InFlight;
import dev.offramp.runtime.Intake;
import dev.offramp.runtime.LengthQueue;
import dev.offramp.runtime.RejectedEventException;
import dev.offramp.runtime.Spares;
import dev.offramp.runtime.StageRunner;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.LongConsumer;

/**
 * What the machine can do at most: the tokenizer, the stages and the batching rule, in a plain loop
 * of one thread. No Flink, no Kafka, no records; nothing is decided, since where each event leaves
 * is known beforehand. One thread.
 */
final class BareLoop implements AutoCloseable {
  /** As the engine's: a batch worth this much of the best is not made to wait for more. */
  private static final double GOOD = 0.95;

  private final Workload workload;
  private final IntUnaryOperator exits;
  private final Spares spares;
  private final Intake intake;
  private final List<StageRunner> stages = new ArrayList<>();
  private final List<BatchQueue> queues = new ArrayList<>();

  /**
   * Loads the stages.
   *
   * @param exits where the event of a number leaves, by its number modulo the workload's size
   */
  BareLoop(Bundle bundle, Device device, Workload workload, IntUnaryOperator exits) {
    this.workload = workload;
    this.exits = exits;
    this.spares = new Spares(bundle.manifest());
    this.intake = Intake.open(bundle, spares);
    for (int k = 0; k < bundle.manifest().exits(); k++) {
      StageRunner stage = new StageRunner(bundle, k, device);
      CostCurve curve = stage.curve();
      stages.add(stage);
      queues.add(new LengthQueue(curve, device.maxRows()));
    }
  }

  /**
   * Runs events to their exits.
   *
   * @param first number of the first
   * @param step from one number to the next
   * @param end all numbers are below it
   * @param window how many may be on their way at once
   * @param left receives the number of each when it leaves
   */
  void run(long first, long step, long end, int window, LongConsumer left)
      throws RejectedEventException {
    long next = first;
    int waiting = 0;
    while (next < end || waiting > 0) {
      for (; next < end && waiting < window; next += step) {
        queues.get(0).add(intake.accept(workload.event(next, null), next, 0));
        waiting++;
      }
      int k = choose();
      List<InFlight> batch = queues.get(k).best();
      stages.get(k).run(batch);
      for (int row = 0; row < batch.size(); row++) {
        InFlight event = batch.get(row);
        long number = (Long) event.context();
        if (exits.applyAsInt((int) (number % workload.size())) == k) {
          spares.from(event);
          left.accept(number);
          waiting--;
        } else {
          stages.get(k).handOn(event, row, spares);
          queues.get(k + 1).add(event);
        }
      }
    }
  }

  @Override
  public void close() {
    stages.forEach(StageRunner::close);
    intake.close();
  }

  private int choose() {
    int chosen = 0;
    double most = 0;
    for (int k = queues.size() - 1; k >= 0; k--) {
      double worth = queues.get(k).worth();
      if (worth >= GOOD) {
        return k;
      }
      if (worth > most) {
        most = worth;
        chosen = k;
      }
    }
    return chosen;
  }
}
