package dev.offramp.fit.plan;

import dev.offramp.fit.learn.Learner;
import dev.offramp.fit.work.Progress;
import dev.offramp.fit.work.Steps;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.Engine;
import dev.offramp.runtime.InFlight;
import dev.offramp.runtime.Intake;
import dev.offramp.runtime.Outcome;
import dev.offramp.runtime.RejectedEventException;
import dev.offramp.runtime.ServingOptions;
import dev.offramp.runtime.Ticker;
import dev.offramp.schemas.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Measures what a bundle's stages cost on a device: batches of equal events go through one engine
 * for each stage at full depth, as in a job that has an operator for every stage, so that gathering
 * and gates are in. Sizes take turns, and of each the fastest run counts, since whatever else the
 * machine does only slows one down. One thread.
 */
public final class Stopwatch implements AutoCloseable {
  private static final int[] ROWS = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32};
  private static final int RUNS = 5;
  private static final double NANOS = 1000;

  private final LongSupplier nanos;
  private final Intake intake;
  private final List<Engine> engines = new ArrayList<>();
  private final Queue<InFlight> survivors = new ArrayDeque<>();

  /**
   * A stopwatch for a bundle.
   *
   * @param nanos a clock, as {@link System#nanoTime}
   * @throws dev.offramp.runtime.BundleException a stage can't be loaded
   */
  public Stopwatch(Bundle bundle, Device device, LongSupplier nanos) {
    this.nanos = nanos;
    this.intake = Intake.open(bundle);
    ServingOptions options =
        new ServingOptions(Learner.FULL_DEPTH, bundle.manifest().levels().get(0), null, null);
    try {
      for (int k = 0; k < bundle.manifest().exits(); k++) {
        engines.add(
            new Engine(bundle, k, k + 1, device, options, Ticker.system(), this::keepSurvivor));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Times every stage.
   *
   * @param typical the event that batches are made of
   * @param tokens of it, special ones included; 1 for a tensor
   * @throws IllegalArgumentException the bundle doesn't read such an event
   */
  public List<StageCost> time(Event typical, int tokens, Progress progress) {
    double[][] fastest = new double[engines.size()][ROWS.length];
    Steps steps = new Steps(progress, "timing every stage", (RUNS + 1L) * ROWS.length);
    // Run 0 makes the sessions' memory and warms up our own code: a run like any other, not slower
    // than the fastest.
    for (int run = 0; run <= RUNS; run++) {
      for (int i = 0; i < ROWS.length; i++) {
        run(typical, i, fastest);
        steps.step();
      }
    }
    List<StageCost> costs = new ArrayList<>();
    for (int k = 0; k < fastest.length; k++) {
      NavigableMap<Integer, Double> micros = new TreeMap<>();
      for (int i = 0; i < ROWS.length; i++) {
        micros.put(ROWS[i] * tokens, fastest[k][i]);
      }
      costs.add(new StageCost(k, micros));
    }
    return costs;
  }

  @Override
  public void close() {
    engines.forEach(Engine::close);
    intake.close();
  }

  private void run(Event typical, int size, double[][] fastest) {
    try {
      for (int row = 0; row < ROWS[size]; row++) {
        survivors.add(intake.accept(typical, row, 0));
      }
    } catch (RejectedEventException e) {
      throw new IllegalArgumentException("the event can't be read: " + e.getMessage(), e);
    }
    for (int k = 0; k < engines.size(); k++) {
      Engine engine = engines.get(k);
      while (!survivors.isEmpty()) {
        engine.admit(survivors.remove());
      }
      long begun = nanos.getAsLong();
      while (engine.step(false)) {
        // One batch; more where the device takes fewer rows.
      }
      double micros = Math.max(1, nanos.getAsLong() - begun) / NANOS;
      double before = fastest[k][size];
      fastest[k][size] = before == 0 ? micros : Math.min(before, micros);
    }
  }

  private void keepSurvivor(Outcome outcome) {
    if (outcome instanceof Outcome.Survived survived) {
      survivors.add(survived.event());
    }
  }
}
