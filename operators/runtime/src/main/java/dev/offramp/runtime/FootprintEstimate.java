package dev.offramp.runtime;

import dev.offramp.runtime.Manifest.Stage;
import dev.offramp.runtime.Manifest.Tensor;
import dev.offramp.runtime.Manifest.TextInput;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.TensorInput;

/**
 * Estimates the {@link EventFootprint} of events in a run of stages, by their bytes and the widths
 * in the manifest. Takes no longer for a long text than for a short one. Immutable; any thread.
 */
final class FootprintEstimate {
  /** What a tensor, of which nobody knows tokens, counts as. */
  private static final int TENSOR_TOKENS = 16;

  private final Intake intake;
  private final int maxTokens;
  private final long tokenBytes;
  private final long fixedBytes;

  /**
   * @param end the stage behind the last one of the run
   * @param intake that tokenizes the run's texts; null: none does
   */
  FootprintEstimate(Manifest manifest, int first, int end, Intake intake) {
    this.intake = intake;
    this.maxTokens = manifest.input() instanceof TextInput text ? text.maxTokens() : 1;
    long widest = 0;
    long fixed = 0;
    for (int k = Math.max(0, first - 1); k < end; k++) {
      Stage stage = manifest.stages().get(k);
      widest = Math.max(widest, stage.gives().stream().mapToLong(t -> floats(t, true)).sum());
      fixed = Math.max(fixed, stage.gives().stream().mapToLong(t -> floats(t, false)).sum());
    }
    // Of each token its id too.
    this.tokenBytes = Float.BYTES * (widest + 1);
    this.fixedBytes =
        EventFootprint.LEAST_BYTES
            + Float.BYTES * (fixed + (manifest.exits() + 1L) * manifest.classes());
  }

  /** Of an event for stage 0. */
  EventFootprint of(Event event) {
    Object input = event.getInput();
    if (input instanceof TensorInput tensor) {
      long values = tensor.getValues() == null ? 0 : tensor.getValues().size();
      return new EventFootprint(TENSOR_TOKENS, fixedBytes + tokenBytes + Float.BYTES * values);
    }
    if (!(input instanceof String text)) {
      return new EventFootprint(maxTokens, fixedBytes + maxTokens * tokenBytes);
    }
    long most = Math.min(maxTokens, 2L + TextTokenizer.utf8Bytes(text, maxTokens));
    int tokens = intake == null ? (int) most : intake.work(text);
    return new EventFootprint(tokens, fixedBytes + most * tokenBytes);
  }

  /** Of a survivor, whose tokens are known. */
  EventFootprint of(InFlight event) {
    if (event.tensor != null) {
      return new EventFootprint(
          TENSOR_TOKENS, fixedBytes + tokenBytes + Float.BYTES * (long) event.tensor.length);
    }
    return new EventFootprint(event.length(), fixedBytes + event.length() * tokenBytes);
  }

  /** Floats of a hidden state, for each token or for all of the event together. */
  private static long floats(Tensor tensor, boolean aToken) {
    long floats = 1;
    boolean perToken = false;
    for (int size : tensor.shape()) {
      perToken |= size == Manifest.TOKENS;
      floats *= size == Manifest.TOKENS ? 1 : size;
    }
    return perToken == aToken ? floats : 0;
  }
}
