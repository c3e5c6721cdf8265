package dev.offramp.flink;

import java.lang.reflect.Type;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Tells Flink how {@link Received} crosses the network, wherever it meets the type. */
public final class ReceivedTypeInfoFactory extends TypeInfoFactory<Received> {
  @Override
  public TypeInformation<Received> createTypeInfo(
      Type type, Map<String, TypeInformation<?>> parameters) {
    return ReceivedSerializer.TYPE;
  }
}
