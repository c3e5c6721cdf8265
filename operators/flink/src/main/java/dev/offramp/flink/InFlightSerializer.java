package dev.offramp.flink;

import dev.offramp.runtime.InFlight;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes events on their way through the stages, whose context is a {@link Received}. */
final class InFlightSerializer extends ByReferenceSerializer<InFlight> {
  static final InFlightSerializer INSTANCE = new InFlightSerializer();
  static final TypeInformation<InFlight> TYPE = new ByReferenceTypeInfo<>(InFlight.class, INSTANCE);

  private InFlightSerializer() {}

  @Override
  public void serialize(InFlight event, DataOutputView out) throws IOException {
    ReceivedSerializer.INSTANCE.serialize((Received) event.context(), out);
    event.write(out);
  }

  @Override
  public InFlight deserialize(DataInputView in) throws IOException {
    return InFlight.read(in, ReceivedSerializer.INSTANCE.deserialize(in));
  }

  @Override
  public TypeSerializerSnapshot<InFlight> snapshotConfiguration() {
    return new Snapshot();
  }

  /** There is nothing to remember of a serializer without settings. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<InFlight> {
    /** For Flink. */
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
