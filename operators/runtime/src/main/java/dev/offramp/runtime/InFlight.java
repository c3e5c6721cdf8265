package dev.offramp.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;

/**
 * One event on its way through the stages: its input, what the last stage handed on, and what its
 * exits said. Owned by one thread at a time; handed on by reference, or by {@link #write} and
 * {@link #read}.
 */
public final class InFlight {
  /** The caller's; travels along untouched. */
  final Object context;

  final String id;

  /** Token ids, special ones included; null for a tensor. */
  final int[] tokens;

  /** Values, row-major; null for a text. */
  final float[] tensor;

  final boolean truncated;
  final long arrivedMicros;

  /** Microseconds from arrival; {@link #NO_BUDGET}: none. */
  final long budgetMicros;

  final ExitState state;

  /** What the next stage takes from the last, by the order of {@link Manifest.Stage#takes}. */
  float[][] hidden = NOTHING;

  /** When its next stage must run at the latest, microseconds since the epoch. */
  long latestMicros = Long.MAX_VALUE;

  /** Order of arrival in the queue that it waits in; set by the queue. */
  long sequence;

  /** The operating point that decides on it, an index in the manifest's; -1: not yet known. */
  int point = -1;

  /**
   * Orders events by {@link #latestMicros}, equal ones by {@link #sequence}. Neither may change
   * while an event waits in a queue of this order.
   */
  static final Comparator<InFlight> BY_URGENCY =
      (a, b) ->
          a.latestMicros == b.latestMicros
              ? Long.compare(a.sequence, b.sequence)
              : Long.compare(a.latestMicros, b.latestMicros);

  static final long NO_BUDGET = -1;
  static final float[][] NOTHING = {};

  InFlight(
      Object context,
      String id,
      int[] tokens,
      float[] tensor,
      boolean truncated,
      long arrivedMicros,
      long budgetMicros,
      ExitState state) {
    this.context = context;
    this.id = id;
    this.tokens = tokens;
    this.tensor = tensor;
    this.truncated = truncated;
    this.arrivedMicros = arrivedMicros;
    this.budgetMicros = budgetMicros;
    this.state = state;
  }

  /** What the caller gave along with the event. */
  public Object context() {
    return context;
  }

  /** The same event with another context; this one is not to be used any more. */
  public InFlight withContext(Object other) {
    InFlight same =
        new InFlight(other, id, tokens, tensor, truncated, arrivedMicros, budgetMicros, state);
    same.hidden = hidden;
    same.latestMicros = latestMicros;
    same.point = point;
    return same;
  }

  /** The event's id. */
  public String id() {
    return id;
  }

  /** The stage it goes to next, which is the number of exits passed. */
  public int stage() {
    return state.exits;
  }

  /** Logits, probabilities and gates so far. */
  public ExitState state() {
    return state;
  }

  /** Length by which it is batched: its tokens, or 1 for a tensor. */
  int length() {
    return tokens == null ? 1 : tokens.length;
  }

  /** The largest length in a batch, to which the others are padded. */
  static int longest(List<InFlight> batch) {
    int longest = 0;
    for (InFlight event : batch) {
      longest = Math.max(longest, event.length());
    }
    return longest;
  }

  boolean hasBudget() {
    return budgetMicros != NO_BUDGET;
  }

  /** When its budget is spent, microseconds since the epoch; the far future without a budget. */
  long deadlineMicros() {
    long deadline = arrivedMicros + budgetMicros;
    // An arrival can be as far away as a sender likes.
    boolean never = budgetMicros == NO_BUDGET || deadline < arrivedMicros;
    return never ? Long.MAX_VALUE : deadline;
  }

  /** Writes all but the context. */
  public void write(DataOutput out) throws IOException {
    byte[] name = id.getBytes(UTF_8);
    out.writeInt(name.length);
    out.write(name);
    out.writeInt(tokens == null ? -1 : tokens.length);
    if (tokens != null) {
      for (int t : tokens) {
        out.writeInt(t);
      }
    } else {
      writeFloats(out, tensor);
    }
    out.writeBoolean(truncated);
    out.writeLong(arrivedMicros);
    out.writeLong(budgetMicros);
    out.writeInt(point);
    out.writeInt(state.exits);
    out.writeInt(state.label);
    out.writeInt(state.run);
    out.writeDouble(state.spent);
    out.writeDouble(state.gate);
    writeFloats(out, state.probabilities);
    out.writeInt(state.logits.length);
    for (int i = 0; i < state.exits * state.probabilities.length; i++) {
      out.writeFloat(state.logits[i]);
    }
    out.writeInt(hidden.length);
    for (float[] h : hidden) {
      writeFloats(out, h);
    }
  }

  /** Reads what {@link #write} wrote. */
  public static InFlight read(DataInput in, Object context) throws IOException {
    byte[] name = new byte[in.readInt()];
    in.readFully(name);
    int count = in.readInt();
    int[] tokens = count < 0 ? null : new int[count];
    for (int i = 0; i < count; i++) {
      tokens[i] = in.readInt();
    }
    float[] tensor = count < 0 ? readFloats(in) : null;
    boolean truncated = in.readBoolean();
    long arrived = in.readLong();
    long budget = in.readLong();
    int point = in.readInt();
    int exits = in.readInt();
    int label = in.readInt();
    int run = in.readInt();
    double spent = in.readDouble();
    double gate = in.readDouble();
    float[] probabilities = readFloats(in);
    int all = in.readInt();
    ExitState state = new ExitState(all / probabilities.length, probabilities.length);
    System.arraycopy(probabilities, 0, state.probabilities, 0, probabilities.length);
    for (int i = 0; i < exits * probabilities.length; i++) {
      state.logits[i] = in.readFloat();
    }
    state.exits = exits;
    state.label = label;
    state.run = run;
    state.spent = spent;
    state.gate = gate;
    String id = new String(name, UTF_8);
    InFlight event = new InFlight(context, id, tokens, tensor, truncated, arrived, budget, state);
    event.point = point;
    event.hidden = new float[in.readInt()][];
    for (int i = 0; i < event.hidden.length; i++) {
      event.hidden[i] = readFloats(in);
    }
    return event;
  }

  private static void writeFloats(DataOutput out, float[] values) throws IOException {
    out.writeInt(values.length);
    for (float v : values) {
      out.writeFloat(v);
    }
  }

  private static float[] readFloats(DataInput in) throws IOException {
    float[] values = new float[in.readInt()];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readFloat();
    }
    return values;
  }
}
