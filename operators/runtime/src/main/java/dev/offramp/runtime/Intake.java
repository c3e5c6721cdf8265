package dev.offramp.runtime;

import dev.offramp.runtime.Manifest.TextInput;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.Reason;
import dev.offramp.schemas.TensorInput;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Instant;
import java.util.List;

/**
 * Turns events into what the first stage reads: checks them against the bundle's input and
 * tokenizes texts, one by one: about 30 microseconds of a core for eleven tokens, where the
 * tokenizer's own batches cost 33 to 50, spread over threads that take cores from the runners. One
 * thread at a time.
 */
public final class Intake implements AutoCloseable {
  private final Manifest manifest;
  private final long budgetMicros;
  private final Spares spares;
  private final TextTokenizer tokenizer;

  /**
   * The intake of a bundle.
   *
   * @param budgetMicros of events that ask for none themselves; {@link InFlight#NO_BUDGET}: none
   * @param spares where events' states come from
   * @throws BundleException the tokenizer's file is none
   */
  Intake(Bundle bundle, long budgetMicros, Spares spares) {
    this.manifest = bundle.manifest();
    this.budgetMicros = budgetMicros;
    this.spares = spares;
    this.tokenizer = manifest.input() instanceof TextInput text ? open(bundle, text) : null;
  }

  /**
   * The intake of a bundle for events without a latency budget, unless they ask for one.
   *
   * @throws BundleException the tokenizer's file is none
   */
  public static Intake open(Bundle bundle) {
    return open(bundle, new Spares(bundle.manifest()));
  }

  /** The same, for events whose states come from these spares. */
  public static Intake open(Bundle bundle, Spares spares) {
    return new Intake(bundle, InFlight.NO_BUDGET, spares);
  }

  /**
   * An event, ready for stage 0.
   *
   * @param context travels along untouched
   * @param receivedMicros when it was received, for events without an arrival of their own
   * @throws RejectedEventException the bundle doesn't read such an event
   */
  public InFlight accept(Event event, Object context, long receivedMicros)
      throws RejectedEventException {
    long arrived = event.getArrivedAt() == null ? receivedMicros : arrival(event.getArrivedAt());
    Long asked = event.getLatencyBudgetMillis();
    if (asked != null && (asked < 1 || asked > Integer.MAX_VALUE)) {
      throw new RejectedEventException(
          Reason.WRONG_BUDGET,
          "latencyBudgetMillis must lie between 1 and %d: %d".formatted(Integer.MAX_VALUE, asked));
    }
    long budget = asked == null ? budgetMicros : asked * 1000;
    if (manifest.input() instanceof TextInput text) {
      TextTokenizer.Tokens encoded = encode(text(event));
      long[] ids = encoded.ids();
      if (ids.length == 0) {
        throw new RejectedEventException(
            Reason.EMPTY_TEXT, "the text holds nothing that the tokenizer makes a token of");
      }
      int[] tokens = new int[ids.length];
      for (int i = 0; i < ids.length; i++) {
        if (text.tokenIds() > 0 && ids[i] >= text.tokenIds()) {
          throw new RejectedEventException(
              Reason.INFERENCE_FAILED,
              "the text has a token of id %d, for which the network has no embedding: its ids end at %d"
                  .formatted(ids[i], text.tokenIds() - 1));
        }
        tokens[i] = (int) ids[i];
      }
      boolean truncated = encoded.truncated() || tokens.length > text.maxTokens();
      return new InFlight(
          context, event.getId(), tokens, null, truncated, arrived, budget, spares.state());
    }
    float[] tensor = tensor(event, (Manifest.TensorInput) manifest.input());
    return new InFlight(
        context, event.getId(), null, tensor, false, arrived, budget, spares.state());
  }

  /** About how much work a text is, in tokens; see {@link TextTokenizer#work}. Any thread. */
  int work(String text) {
    // Of a bundle that reads tensors: it is refused.
    return tokenizer == null ? 1 : tokenizer.work(text);
  }

  @Override
  public void close() {
    if (tokenizer != null) {
      tokenizer.close();
    }
  }

  private TextTokenizer.Tokens encode(String text) throws RejectedEventException {
    try {
      return tokenizer.encode(text);
    } catch (RuntimeException e) {
      // Of one without a token for the unknown: others are served.
      throw new RejectedEventException(
          Reason.INFERENCE_FAILED, "the tokenizer failed on the text: " + e.getMessage());
    }
  }

  private static long arrival(Instant instant) throws RejectedEventException {
    try {
      return Ticker.micros(instant);
    } catch (ArithmeticException e) {
      throw new RejectedEventException(
          Reason.WRONG_BUDGET,
          "arrivedAt must lie within 292,000 years of 1970: %s".formatted(instant));
    }
  }

  private static String text(Event event) throws RejectedEventException {
    if (!(event.getInput() instanceof CharSequence chars)) {
      throw new RejectedEventException(
          Reason.WRONG_INPUT, "the bundle reads text, the event holds a tensor");
    }
    String text = chars.toString();
    if (text.isBlank()) {
      throw new RejectedEventException(Reason.EMPTY_TEXT, "the text is empty or white space alone");
    }
    int half = Surrogates.half(text);
    if (half >= 0) {
      throw new RejectedEventException(
          Reason.INVALID_UTF8, "the text has half a surrogate pair at character " + half);
    }
    return text;
  }

  private static float[] tensor(Event event, Manifest.TensorInput wanted)
      throws RejectedEventException {
    if (!(event.getInput() instanceof TensorInput given)) {
      throw new RejectedEventException(
          Reason.WRONG_INPUT, "the bundle reads a tensor, the event holds a text");
    }
    if (!wanted.name().equals(given.getName())) {
      throw new RejectedEventException(
          Reason.WRONG_INPUT,
          "the bundle reads the tensor '%s', not '%s'".formatted(wanted.name(), given.getName()));
    }
    if (!wanted.shape().equals(given.getShape())) {
      throw new RejectedEventException(
          Reason.WRONG_SHAPE,
          "'%s' must have shape %s, not %s"
              .formatted(wanted.name(), wanted.shape(), given.getShape()));
    }
    int size = wanted.shape().stream().reduce(1, Math::multiplyExact);
    List<Float> values = given.getValues();
    if (values.size() != size) {
      throw new RejectedEventException(
          Reason.WRONG_SHAPE,
          "'%s' of shape %s must have %d values, not %d"
              .formatted(wanted.name(), wanted.shape(), size, values.size()));
    }
    float[] tensor = new float[size];
    for (int i = 0; i < size; i++) {
      tensor[i] = values.get(i);
      if (!Float.isFinite(tensor[i])) {
        throw new RejectedEventException(
            Reason.NOT_FINITE, "'%s' has %s at position %d".formatted(wanted.name(), tensor[i], i));
      }
    }
    return tensor;
  }

  private static TextTokenizer open(Bundle bundle, TextInput text) {
    try {
      return TextTokenizer.open(bundle.file(text.tokenizer()), text.maxTokens());
    } catch (FileSystemException e) {
      throw BundleException.unreadable(bundle.file(text.tokenizer()), e);
    } catch (IOException | RuntimeException e) {
      throw new BundleException(
          "%s is no tokenizer that can be read: %s; %s"
              .formatted(bundle.file(text.tokenizer()), e.getMessage(), BundleException.REMEDY),
          e);
    }
  }
}
