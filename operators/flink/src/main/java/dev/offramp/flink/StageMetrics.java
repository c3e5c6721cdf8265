package dev.offramp.flink;

import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.Manifest.OperatingPoint;
import dev.offramp.runtime.Runner;
import dev.offramp.runtime.StageWork;
import dev.offramp.schemas.ExitReason;
import dev.offramp.schemas.Prediction;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/** What an operator tells of itself, in the group {@code offramp}. One thread counts. */
final class StageMetrics {
  private final Counter events;
  private final Counter survivors;
  private final Counter deadLetters;
  private final Counter late;
  private final int firstExit;
  private final Counter[] exits;
  private final Map<ExitReason, Counter> reasons = new EnumMap<>(ExitReason.class);

  StageMetrics(
      MetricGroup of,
      StageRun run,
      Manifest manifest,
      Runner runner,
      EarlyExitOperator<?> operator) {
    MetricGroup group = of.addGroup("offramp");
    // Those that come too late for the first stage leave at the exit before it.
    this.firstExit = Math.max(0, run.first() - 1);
    events = group.counter("events");
    survivors = group.counter("survivors");
    deadLetters = group.counter("deadLetters");
    late = group.counter("late");
    exits = new Counter[run.end() - firstExit];
    for (int k = firstExit; k < run.end(); k++) {
      exits[k - firstExit] = group.counter("exit." + k);
    }
    for (ExitReason reason : ExitReason.values()) {
      if (reason != ExitReason.UNKNOWN) {
        reasons.put(reason, group.counter("reason." + reason));
      }
    }
    group.gauge("inFlight", (Gauge<Integer>) operator::inFlight);
    group.gauge("inFlight.tokens", (Gauge<Long>) operator.occupancy()::tokens);
    group.gauge("inFlight.bytes", (Gauge<Long>) operator.occupancy()::bytes);
    List<OperatingPoint> points = manifest.points();
    group.gauge("point", (Gauge<Integer>) runner::point);
    group.gauge(
        "point.accuracy", (Gauge<Double>) () -> points.get(runner.point()).expected().accuracy());
    for (StageWork work : runner.work()) {
      MetricGroup stage = group.addGroup("stage", Integer.toString(work.stage()));
      stage.gauge("batches", (Gauge<Long>) work::batches);
      stage.gauge("tokens", (Gauge<Long>) work::tokens);
      stage.gauge("padded", (Gauge<Long>) work::padded);
      gauge(stage, "rows", w -> w.events() / (double) w.batches(), work);
      gauge(stage, "milliseconds", w -> w.micros() / 1000.0 / w.batches(), work);
      gauge(stage, "forecast.error", StageWork::forecastError, work);
      stage.gauge("failed", (Gauge<Long>) work::failed);
      stage.gauge("batch.limit", (Gauge<Long>) work::limit);
    }
  }

  void came() {
    events.inc();
  }

  void left(Prediction prediction) {
    exits[prediction.getExit().getIndex() - firstExit].inc();
    reasons.get(prediction.getExit().getReason()).inc();
    if (prediction.getTiming().getLate()) {
      late.inc();
    }
  }

  void survived() {
    survivors.inc();
  }

  void died() {
    deadLetters.inc();
  }

  /** A mean over batches; 0 before the first. */
  private static void gauge(
      MetricGroup stage, String name, ToDoubleFunction<StageWork> mean, StageWork work) {
    stage.gauge(name, (Gauge<Double>) () -> work.batches() == 0 ? 0 : mean.applyAsDouble(work));
  }
}
