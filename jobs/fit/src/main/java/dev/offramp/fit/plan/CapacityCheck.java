package dev.offramp.fit.plan;

import dev.offramp.fit.data.Dataset;
import dev.offramp.fit.data.Example;
import dev.offramp.fit.work.Workers;
import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.Classifier;
import dev.offramp.runtime.Device;
import dev.offramp.runtime.ServingOptions;
import dev.offramp.schemas.Prediction;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.LongSupplier;

/**
 * How many events a second this machine really does: a {@link Classifier} in a thread for each
 * runner, over the test texts again and again, with as much input at hand as it likes. Without
 * Flink and Kafka, so a prediction for it leaves their share of the overhead out.
 *
 * @param runners threads
 * @param eventsPerSecond of all together, by the clock
 * @param eventsPerCoreSecond for each second that a runner had a core, by its CPU time: what
 *     another program took meanwhile doesn't count. 0 where the JVM doesn't tell
 * @param exitShares share of events that left at each exit
 */
public record CapacityCheck(
    int runners, double eventsPerSecond, double eventsPerCoreSecond, List<Double> exitShares) {
  /** Enough to make full batches of, and few enough to see the end of the time. */
  private static final int AT_ONCE = 512;

  private static final double NANOS = 1e9;

  /**
   * Measures.
   *
   * @param point name of the operating point
   * @param time that is measured, after a warm-up of one part of the texts
   * @param nanos a clock, as {@link System#nanoTime}
   * @throws IllegalArgumentException the test examples aren't texts, or there are none
   */
  public static CapacityCheck measure(
      Bundle bundle,
      Device device,
      String point,
      Dataset data,
      int runners,
      Duration time,
      LongSupplier nanos) {
    List<String> texts = texts(data);
    ServingOptions options =
        new ServingOptions(point, bundle.manifest().levels().get(0), null, null);
    AtomicIntegerArray exits = new AtomicIntegerArray(bundle.manifest().exits());
    DoubleAdder rate = new DoubleAdder();
    DoubleAdder all = new DoubleAdder();
    DoubleAdder cpuSeconds = new DoubleAdder();
    Workers.run(
        runners,
        runner -> {
          try (Classifier classifier = Classifier.open(bundle, device, options)) {
            int at = runner * texts.size() / runners;
            classifier.classify(part(texts, at));
            long cpu = cpuNanos();
            long begun = nanos.getAsLong();
            long now = begun;
            long events = 0;
            while (now - begun < time.toNanos()) {
              for (Prediction p : classifier.classify(part(texts, at))) {
                exits.incrementAndGet(p.getExit().getIndex());
                events++;
              }
              at = (at + AT_ONCE) % texts.size();
              now = nanos.getAsLong();
            }
            rate.add(events * NANOS / (now - begun));
            all.add((double) events);
            cpuSeconds.add((cpuNanos() - cpu) / NANOS);
          }
        });
    double perCore = cpuSeconds.sum() > 0 ? all.sum() / cpuSeconds.sum() : 0;
    return new CapacityCheck(runners, rate.sum(), perCore, shares(exits));
  }

  /** CPU time of this thread; stands still where the JVM doesn't tell. */
  private static long cpuNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return threads.isCurrentThreadCpuTimeSupported() ? threads.getCurrentThreadCpuTime() : 0;
  }

  /** The next texts, from the first again after the last. */
  private static List<String> part(List<String> texts, int from) {
    List<String> part = new ArrayList<>(AT_ONCE);
    for (int i = 0; i < AT_ONCE; i++) {
      part.add(texts.get((from + i) % texts.size()));
    }
    return part;
  }

  /** The test examples' texts. */
  public static List<String> texts(Dataset data) {
    if (data.test().isEmpty() || data.test().get(0).text() == null) {
      throw new IllegalArgumentException(
          "a plan needs test examples that are texts: %s has none".formatted(data.name()));
    }
    return data.test().stream().map(Example::text).toList();
  }

  private static List<Double> shares(AtomicIntegerArray exits) {
    double all = 0;
    for (int k = 0; k < exits.length(); k++) {
      all += exits.get(k);
    }
    List<Double> shares = new ArrayList<>();
    for (int k = 0; k < exits.length(); k++) {
      shares.add(exits.get(k) / all);
    }
    return shares;
  }
}
