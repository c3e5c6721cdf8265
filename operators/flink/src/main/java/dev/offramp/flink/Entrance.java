package dev.offramp.flink;

import dev.offramp.runtime.EventFootprint;
import dev.offramp.runtime.InFlight;
import dev.offramp.runtime.Runner;
import java.io.Serializable;

/** How an operator's input gets into its runner: the first operator's differs from the others'. */
interface Entrance<IN> extends Serializable {
  /** Where the event came from, and what it was. */
  Received received(IN input);

  /** What the event counts for while it is in the runner, without what it came with. */
  EventFootprint footprint(IN input, Runner runner);

  /** Hands the event to the runner. */
  void submit(IN input, Object context, Runner runner);

  /** Events from a source. */
  final class Front implements Entrance<Received> {
    @Override
    public Received received(Received input) {
      return input;
    }

    @Override
    public EventFootprint footprint(Received input, Runner runner) {
      return runner.footprint(input.event());
    }

    @Override
    public void submit(Received input, Object context, Runner runner) {
      runner.submit(input.event(), context, input.receivedMicros());
    }
  }

  /** Survivors of the operator before. */
  final class Middle implements Entrance<InFlight> {
    @Override
    public Received received(InFlight input) {
      return (Received) input.context();
    }

    @Override
    public EventFootprint footprint(InFlight input, Runner runner) {
      return runner.footprint(input);
    }

    @Override
    public void submit(InFlight input, Object context, Runner runner) {
      runner.submit(input.withContext(context));
    }
  }
}
