package dev.offramp.flink;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.offramp.flink.Received.Header;
import dev.offramp.flink.Received.Origin;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes {@link Received} between tasks. */
final class ReceivedSerializer extends ByReferenceSerializer<Received> {
  static final ReceivedSerializer INSTANCE = new ReceivedSerializer();
  static final TypeInformation<Received> TYPE = new ByReferenceTypeInfo<>(Received.class, INSTANCE);

  private static final int ABSENT = -1;

  private ReceivedSerializer() {}

  @Override
  public void serialize(Received received, DataOutputView out) throws IOException {
    out.writeLong(received.receivedMicros());
    writeBytes(received.event() == null ? null : EventBytes.write(received.event()), out);
    writeText(received.decoded() ? null : received.reason().name(), out);
    if (!received.decoded()) {
      writeText(received.message(), out);
    }
    Origin origin = received.origin();
    writeBytes(origin.value(), out);
    writeBytes(origin.key(), out);
    out.writeInt(origin.headers().size());
    for (Header header : origin.headers()) {
      writeText(header.name(), out);
      writeBytes(header.value(), out);
    }
    writeText(origin.topic(), out);
    out.writeBoolean(origin.partition() != null);
    if (origin.partition() != null) {
      out.writeInt(origin.partition());
    }
    out.writeBoolean(origin.offset() != null);
    if (origin.offset() != null) {
      out.writeLong(origin.offset());
    }
  }

  @Override
  public Received deserialize(DataInputView in) throws IOException {
    long receivedMicros = in.readLong();
    byte[] bytes = readBytes(in);
    Event event = bytes == null ? null : EventBytes.read(bytes);
    String reason = readText(in);
    if (reason == null) {
      return Received.of(event, readOrigin(in), receivedMicros);
    }
    String message = readText(in);
    return new Received(event, Reason.valueOf(reason), message, readOrigin(in), receivedMicros);
  }

  @Override
  public TypeSerializerSnapshot<Received> snapshotConfiguration() {
    return new Snapshot();
  }

  private static Origin readOrigin(DataInputView in) throws IOException {
    byte[] value = readBytes(in);
    byte[] key = readBytes(in);
    int count = in.readInt();
    List<Header> headers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      headers.add(new Header(readText(in), readBytes(in)));
    }
    String topic = readText(in);
    Integer partition = in.readBoolean() ? in.readInt() : null;
    Long offset = in.readBoolean() ? in.readLong() : null;
    return new Origin(value, key, headers, topic, partition, offset);
  }

  private static void writeText(String text, DataOutputView out) throws IOException {
    writeBytes(text == null ? null : text.getBytes(UTF_8), out);
  }

  private static String readText(DataInputView in) throws IOException {
    byte[] bytes = readBytes(in);
    return bytes == null ? null : new String(bytes, UTF_8);
  }

  private static void writeBytes(byte[] bytes, DataOutputView out) throws IOException {
    out.writeInt(bytes == null ? ABSENT : bytes.length);
    if (bytes != null) {
      out.write(bytes);
    }
  }

  private static byte[] readBytes(DataInputView in) throws IOException {
    int length = in.readInt();
    if (length == ABSENT) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }

  /** There is nothing to remember of a serializer without settings. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Received> {
    /** For Flink. */
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
