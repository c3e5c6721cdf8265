package dev.offramp.flink;

import dev.offramp.schemas.ExitReason;
import dev.offramp.schemas.Prediction;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.IntSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/** What an operator tells of itself, in the group {@code offramp}. One thread counts. */
final class StageMetrics {
  private final Counter events;
  private final Counter survivors;
  private final Counter deadLetters;
  private final int first;
  private final Counter[] exits;
  private final Map<ExitReason, Counter> reasons = new EnumMap<>(ExitReason.class);

  StageMetrics(MetricGroup operator, int first, int end, IntSupplier inFlight) {
    MetricGroup group = operator.addGroup("offramp");
    this.first = first;
    events = group.counter("events");
    survivors = group.counter("survivors");
    deadLetters = group.counter("deadLetters");
    exits = new Counter[end - first];
    for (int k = first; k < end; k++) {
      exits[k - first] = group.counter("exit." + k);
    }
    for (ExitReason reason : ExitReason.values()) {
      if (reason != ExitReason.UNKNOWN) {
        reasons.put(reason, group.counter("reason." + reason));
      }
    }
    group.gauge("inFlight", (Gauge<Integer>) inFlight::getAsInt);
  }

  void came() {
    events.inc();
  }

  void left(Prediction prediction) {
    exits[prediction.getExit().getIndex() - first].inc();
    reasons.get(prediction.getExit().getReason()).inc();
  }

  void survived() {
    survivors.inc();
  }

  void died() {
    deadLetters.inc();
  }
}
