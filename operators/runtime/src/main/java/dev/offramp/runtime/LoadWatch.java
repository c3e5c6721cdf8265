package dev.offramp.runtime;

import dev.offramp.runtime.BudgetController.Observation;
import dev.offramp.runtime.BudgetController.Point;
import dev.offramp.runtime.BudgetController.Settings;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches how an engine copes with its load, and lets a {@link BudgetController} say at which
 * operating point events are admitted. Without a latency budget that is always the configured one.
 * One thread writes, any reads the point.
 */
final class LoadWatch {
  private static final Logger LOG = LoggerFactory.getLogger(LoadWatch.class);
  private static final long EVERY_MICROS = 100_000;

  /**
   * An exit that is forced costs the accuracy of one event, a cheaper point that of all: so many
   * forced ones weigh as much as one that is late.
   */
  private static final int FORCED_FOR_ONE_LATE = 5;

  private final String bundle;
  private final BudgetController controller;
  private volatile int point;
  private long events;
  private long late;
  private long forced;
  private double neededMicros;
  private double busyMicros;
  private long last = Long.MIN_VALUE;
  private long observed;

  /**
   * @param configured index of the point to run at while load allows
   */
  LoadWatch(Manifest manifest, int configured, ServingOptions options) {
    this.bundle = manifest.id();
    this.point = configured;
    if (options.budget() == null) {
      this.controller = null;
      return;
    }
    List<Point> points =
        manifest.points().stream()
            .map(p -> new Point(p.name(), p.expected().accuracy(), p.expected().cost()))
            .toList();
    double floor = Math.min(options.load().accuracyFloor(), points.get(configured).accuracy());
    this.controller =
        new BudgetController(
            points, configured, new Settings(1 - options.load().percentile(), floor));
  }

  /** Index of the point that events are admitted at. */
  int point() {
    return point;
  }

  /** An event left. */
  void left(InFlight event, boolean wasForced, long now) {
    if (event.hasBudget()) {
      events++;
      if (now > event.deadlineMicros()) {
        late++;
      } else if (wasForced) {
        forced++;
      }
    }
  }

  /** Work was done that takes so long in batches as good as they can be. */
  void worked(double micros) {
    neededMicros += micros;
  }

  /**
   * Time goes on.
   *
   * @param heldBack whether input waits because too much is in flight: then there is no idle time,
   *     whatever the batches
   */
  void at(long now, boolean heldBack) {
    if (controller == null) {
      return;
    }
    if (last == Long.MIN_VALUE) {
      last = now;
      observed = now;
    }
    long elapsed = Math.max(0, now - last);
    busyMicros += heldBack ? (double) elapsed : Math.min((double) elapsed, neededMicros);
    neededMicros = heldBack ? 0 : Math.max(0, neededMicros - (double) elapsed);
    last = now;
    if (now - observed >= EVERY_MICROS) {
      double busy = Math.min(1, busyMicros / (double) (now - observed));
      controller
          .observe(new Observation(now, events, late, forced / FORCED_FOR_ONE_LATE, busy))
          .ifPresent(move -> LOG.info("bundle {}: {}", bundle, move.why()));
      point = controller.point();
      observed = now;
      busyMicros = 0;
      events = 0;
      late = 0;
      forced %= FORCED_FOR_ONE_LATE;
    }
  }
}
