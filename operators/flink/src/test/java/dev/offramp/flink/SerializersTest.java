package dev.offramp.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.flink.Received.Header;
import dev.offramp.flink.Received.Origin;
import dev.offramp.runtime.InFlight;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.Reason;
import dev.offramp.schemas.TensorInput;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SerializersTest {
  private static final RecursiveComparisonConfiguration BY_FIELDS =
      RecursiveComparisonConfiguration.builder()
          .withStrictTypeChecking(true)
          .withEqualsForType(Event::equals, Event.class)
          .build();

  @Property
  void receivedComesBackAsItWas(@ForAll("received") Received received) throws IOException {
    Received back = roundTrip(ReceivedSerializer.INSTANCE, received);
    assertThat(back).usingRecursiveComparison(BY_FIELDS).isEqualTo(received);
    assertThat(copyOfBytes(ReceivedSerializer.INSTANCE, received))
        .usingRecursiveComparison(BY_FIELDS)
        .isEqualTo(received);
  }

  @Test
  void inFlightComesBackAsItWas(@TempDir Path folder) throws Exception {
    List<InFlight> survivors;
    try (Desk<Received> desk = Desk.front(Desk.run(folder, 0, 1, 1000)).open()) {
      for (Event event : Events.some(200)) {
        desk.take(Received.of(event, 17), 1);
      }
      desk.settle();
      survivors = desk.out().values(InFlight.class);
    }
    assertThat(survivors).hasSizeGreaterThan(10);
    for (InFlight event : survivors) {
      InFlight back = roundTrip(InFlightSerializer.INSTANCE, event);
      assertThat(back)
          .usingRecursiveComparison(BY_FIELDS)
          .ignoringFields("latestMicros")
          .isEqualTo(event);
    }
  }

  @Test
  void copiesAreReferencesAndSnapshotsRestoreTheSerializer() {
    Received received = Received.of(Events.at(1), 1);
    TypeInformation<Received> type = TypeInformation.of(Received.class);
    TypeSerializer<Received> serializer = type.createSerializer(new SerializerConfigImpl());
    assertThat(serializer).isSameAs(ReceivedSerializer.INSTANCE);
    assertThat(serializer.isImmutableType()).isTrue();
    assertThat(serializer.copy(received)).isSameAs(received);
    assertThat(serializer.copy(received, null)).isSameAs(received);
    assertThat(serializer.duplicate()).isSameAs(serializer);
    assertThat(serializer.createInstance()).isNull();
    assertThat(serializer.getLength()).isEqualTo(-1);
    assertThat(serializer.snapshotConfiguration().restoreSerializer()).isSameAs(serializer);
    assertThat(InFlightSerializer.INSTANCE.snapshotConfiguration().restoreSerializer())
        .isSameAs(InFlightSerializer.INSTANCE);
    assertThat(type).hasToString("Received").isNotEqualTo(InFlightSerializer.TYPE);
    assertThat(type.hashCode()).isEqualTo(TypeInformation.of(Received.class).hashCode());
    assertThat(type.canEqual(InFlightSerializer.TYPE)).isTrue();
    assertThat(type.getTypeClass()).isEqualTo(Received.class);
    assertThat(type.getArity() + type.getTotalFields()).isEqualTo(2);
    assertThat(type.isBasicType() || type.isTupleType() || type.isKeyType()).isFalse();
  }

  @Test
  void predictionsCrossByFlinksAvroSerializer(@TempDir Path folder) throws Exception {
    try (Desk<Received> desk = Desk.front(Desk.run(folder, 0, 3, 1000)).open()) {
      desk.take(Received.of(Events.at(1), 17), 1);
      desk.settle();
      Prediction prediction = desk.out().values(Prediction.class).get(0);
      TypeSerializer<Prediction> serializer =
          EarlyExitOperator.PREDICTIONS.getTypeInfo().createSerializer(new SerializerConfigImpl());
      assertThat(roundTrip(serializer, prediction)).isEqualTo(prediction);
      assertThat(serializer.copy(prediction)).isEqualTo(prediction).isNotSameAs(prediction);
    }
  }

  @Provide
  Arbitrary<Received> received() {
    Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(20).injectNull(0.3);
    Arbitrary<List<Header>> headers =
        Combinators.combine(Arbitraries.strings().ofMaxLength(5), bytes)
            .as(Header::new)
            .list()
            .ofMaxSize(3);
    Arbitrary<Origin> origins =
        Combinators.combine(
                bytes,
                bytes,
                headers,
                Arbitraries.strings().all().map(SerializersTest::unicode).injectNull(0.3),
                Arbitraries.integers().injectNull(0.3),
                Arbitraries.longs().injectNull(0.3))
            .as(Origin::new);
    Arbitrary<Event> events = Arbitraries.longs().map(SerializersTest::event).injectNull(0.3);
    return Combinators.combine(
            events,
            origins,
            Arbitraries.of(Reason.values()),
            Arbitraries.longs(),
            Arbitraries.of(true, false))
        .as(
            (event, origin, reason, micros, refused) -> {
              String message = "because of " + reason;
              if (event == null) {
                return Received.undecodable(reason, message, origin, micros);
              }
              return refused
                  ? Received.refused(event, reason, message, origin, micros)
                  : Received.of(event, origin, micros);
            });
  }

  private static Event event(long seed) {
    Random random = new Random(seed);
    Instant arrived =
        random.nextBoolean()
            ? Instant.ofEpochSecond(random.nextInt()).plus(random.nextInt(), ChronoUnit.MICROS)
            : null;
    Long budget = random.nextBoolean() ? random.nextLong() : null;
    if (random.nextBoolean()) {
      return new Event("text é " + seed, "words " + seed, arrived, budget);
    }
    List<Float> values = new ArrayList<>(List.of(Float.NaN, random.nextFloat()));
    return new Event("tensor", new TensorInput("signal", List.of(1, 2), values), arrived, budget);
  }

  /** Half surrogate pairs are no text that bytes could hold. */
  private static String unicode(String any) {
    return any.codePoints()
        .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static <T> T roundTrip(TypeSerializer<T> serializer, T value) throws IOException {
    DataInputDeserializer in = new DataInputDeserializer(bytes(serializer, value));
    T back = serializer.deserialize(null, in);
    assertThat(in.available()).isZero();
    return back;
  }

  private static <T> T copyOfBytes(TypeSerializer<T> serializer, T value) throws IOException {
    DataOutputSerializer copy = new DataOutputSerializer(64);
    serializer.copy(new DataInputDeserializer(bytes(serializer, value)), copy);
    return serializer.deserialize(new DataInputDeserializer(copy.getCopyOfBuffer()));
  }

  private static <T> byte[] bytes(TypeSerializer<T> serializer, T value) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(value, out);
    return out.getCopyOfBuffer();
  }
}
