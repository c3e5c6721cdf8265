package dev.offramp.bench;

import dev.offramp.flink.Offramp;
import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.Prediction;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/**
 * Just behind the operators: tells a run's meter of every prediction on its way to the sink. Flink
 * serializes functions, so a tap knows its meter by the run's id.
 */
final class Tap extends RichMapFunction<Prediction, Prediction> {
  private static final Map<String, Meter> METERS = new ConcurrentHashMap<>();

  private final String run;
  private transient Meter meter;

  private Tap(String run) {
    this.run = run;
  }

  /** Makes a run's meter known in this JVM until {@link #forget}. */
  static void remember(Plan plan) {
    METERS.put(plan.id(), plan.meter());
  }

  static void forget(Plan plan) {
    METERS.remove(plan.id());
  }

  /** The meter of a run. */
  static Meter meter(String run) {
    Meter meter = METERS.get(run);
    if (meter == null) {
      throw new IllegalStateException("run %s has no meter in this JVM".formatted(run));
    }
    return meter;
  }

  /** Taps what becomes of the events; a dead letter fails the run. */
  static Offramp.Results on(Offramp.Results results, Plan plan) {
    return new Offramp.Results(
        results
            .predictions()
            .map(new Tap(plan.id()))
            .returns(results.predictions().getType())
            .name("tap")
            .uid("tap"),
        results
            .deadLetters()
            .map(new Burial(plan.id()))
            .returns(results.deadLetters().getType())
            .name("burial")
            .uid("burial"));
  }

  @Override
  public void open(OpenContext context) {
    meter = meter(run);
  }

  @Override
  public Prediction map(Prediction prediction) {
    meter.seen(prediction);
    return prediction;
  }

  /** No event of a benchmark can be a dead letter. */
  private static final class Burial extends RichMapFunction<DeadLetter, DeadLetter> {
    private final String run;

    Burial(String run) {
      this.run = run;
    }

    @Override
    public DeadLetter map(DeadLetter letter) {
      throw meter(run)
          .failed(
              "event %s is a dead letter: %s".formatted(letter.getEventId(), letter.getMessage()));
    }
  }
}
