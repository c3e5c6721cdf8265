package dev.offramp.flink;

import dev.offramp.schemas.TrustedSchemas;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.formats.avro.typeutils.AvroSerializer;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;

/**
 * Flink's type of an Avro record, for ours: wherever its serializer is sent, it makes Avro trust
 * our classes there, also in tasks that hold no other class of this module.
 */
final class RecordTypeInfo<T extends SpecificRecordBase> extends AvroTypeInfo<T> {
  static {
    TrustedSchemas.trust();
  }

  RecordTypeInfo(Class<T> type) {
    super(type);
  }

  @Override
  public TypeSerializer<T> createSerializer(SerializerConfig config) {
    return new Serializer<>(getTypeClass());
  }

  private static final class Serializer<T> extends AvroSerializer<T> {
    static {
      TrustedSchemas.trust();
    }

    Serializer(Class<T> type) {
      super(type);
    }
  }
}
