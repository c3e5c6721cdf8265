package dev.offramp.runtime;

import dev.offramp.schemas.FailureStage;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.Reason;

/** What became of an event in a run of stages: exactly one of these for each event handed in. */
public sealed interface Outcome {
  /** What the caller gave along with the event. */
  Object context();

  /** It left at an exit. */
  record Left(InFlight event, Prediction prediction) implements Outcome {
    @Override
    public Object context() {
      return event.context();
    }
  }

  /** It passed the last exit of the run and goes on to the stage behind. */
  record Survived(InFlight event) implements Outcome {
    @Override
    public Object context() {
      return event.context();
    }
  }

  /** It can't be served: a dead letter. */
  record Rejected(Object context, FailureStage stage, Reason reason, String message)
      implements Outcome {}
}
