package dev.offramp.flink;

import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.FailureStage;
import dev.offramp.schemas.Reason;
import dev.offramp.schemas.TensorInput;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.typeinfo.TypeInfo;

/**
 * What a source hands in: an event, or why its bytes are none; and where it came from, so that a
 * dead letter can hold all of it. Immutable by convention: nobody changes the arrays or the event,
 * so that operators hand it on by reference.
 */
@TypeInfo(ReceivedTypeInfoFactory.class)
public final class Received {
  /**
   * A record's header.
   *
   * @param name its key
   * @param value its bytes; may be null
   */
  public record Header(String name, byte[] value) {
    /** A header must have a name. */
    public Header {
      Objects.requireNonNull(name, "name");
    }
  }

  /**
   * Where it came from.
   *
   * @param value the record's value as it was read; may be null
   * @param key the record's key; may be null
   * @param headers the record's headers, in their order
   * @param topic the topic it was read from; may be null
   * @param partition the partition it was read from; may be null
   * @param offset its offset in the partition; may be null
   */
  public record Origin(
      byte[] value,
      byte[] key,
      List<Header> headers,
      String topic,
      Integer partition,
      Long offset) {
    /** Of what didn't come as a record of bytes. */
    public static final Origin NONE = new Origin(null, null, List.of(), null, null, null);

    /** Keeps its own list of headers. */
    public Origin {
      headers = List.copyOf(headers);
    }
  }

  /** Bytes of a value in a list: a reference and an object. */
  private static final long BOXED_FLOAT = 20;

  private final Event event;
  private final Reason reason;
  private final String message;
  private final Origin origin;
  private final long receivedMicros;

  Received(Event event, Reason reason, String message, Origin origin, long receivedMicros) {
    this.event = event;
    this.reason = reason;
    this.message = message;
    this.origin = Objects.requireNonNull(origin, "origin");
    this.receivedMicros = receivedMicros;
  }

  /**
   * An event that didn't come as a record of bytes.
   *
   * @param receivedMicros when it was received, microseconds since the epoch
   */
  public static Received of(Event event, long receivedMicros) {
    return of(event, Origin.NONE, receivedMicros);
  }

  /**
   * An event that was decoded from a record.
   *
   * @param receivedMicros when it was received, microseconds since the epoch
   */
  public static Received of(Event event, Origin origin, long receivedMicros) {
    return new Received(Objects.requireNonNull(event, "event"), null, null, origin, receivedMicros);
  }

  /**
   * A record whose bytes are no event.
   *
   * @param message what is wrong, in words
   * @param receivedMicros when it was received, microseconds since the epoch
   */
  public static Received undecodable(
      Reason reason, String message, Origin origin, long receivedMicros) {
    return new Received(
        null,
        Objects.requireNonNull(reason, "reason"),
        Objects.requireNonNull(message, "message"),
        origin,
        receivedMicros);
  }

  /**
   * An event that can't be served whatever the network says of it.
   *
   * @param message what is wrong, in words
   * @param receivedMicros when it was received, microseconds since the epoch
   */
  public static Received refused(
      Event event, Reason reason, String message, Origin origin, long receivedMicros) {
    return new Received(
        Objects.requireNonNull(event, "event"),
        Objects.requireNonNull(reason, "reason"),
        Objects.requireNonNull(message, "message"),
        origin,
        receivedMicros);
  }

  /** Whether there is an event to serve. */
  public boolean decoded() {
    return reason == null;
  }

  /** Where it failed if it is not {@link #decoded}: as bytes, or as an event that was refused. */
  public FailureStage failedAt() {
    return event == null ? FailureStage.DECODE : FailureStage.VALIDATE;
  }

  /** The event; null if the bytes are none. */
  public Event event() {
    return event;
  }

  /** Why there is no event to serve; null if there is one. */
  public Reason reason() {
    return reason;
  }

  /** What is wrong, in words; null if there is an event to serve. */
  public String message() {
    return message;
  }

  /** Where it came from. */
  public Origin origin() {
    return origin;
  }

  /** When it was received, microseconds since the epoch. */
  public long receivedMicros() {
    return receivedMicros;
  }

  /** Bytes of the record and of the event's input, which are held until its outcome is known. */
  long bytes() {
    long bytes = length(origin.value) + length(origin.key) + inputBytes();
    for (Header header : origin.headers) {
      bytes += 2L * header.name.length() + length(header.value);
    }
    return bytes;
  }

  private long inputBytes() {
    Object input = event == null ? null : event.getInput();
    if (input instanceof String text) {
      return 2L * text.length();
    }
    boolean values = input instanceof TensorInput tensor && tensor.getValues() != null;
    return values ? BOXED_FLOAT * ((TensorInput) input).getValues().size() : 0;
  }

  private static long length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  /**
   * The dead letter for what can't be served: with the record's bytes, or, if it came without, the
   * event in Avro's binary form.
   */
  public DeadLetter deadLetter(FailureStage failure, Reason why, String what, Instant failedAt) {
    List<dev.offramp.schemas.Header> headers = new ArrayList<>(origin.headers.size());
    for (Header h : origin.headers) {
      headers.add(new dev.offramp.schemas.Header(h.name, wrap(h.value)));
    }
    byte[] value = origin.value == null && event != null ? EventBytes.write(event) : origin.value;
    return new DeadLetter(
        wrap(value),
        wrap(origin.key),
        headers,
        origin.topic,
        origin.partition,
        origin.offset,
        event == null ? null : event.getId(),
        failure,
        why,
        what,
        failedAt,
        null);
  }

  private static ByteBuffer wrap(byte[] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }
}
