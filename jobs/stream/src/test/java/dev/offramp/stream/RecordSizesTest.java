package dev.offramp.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.flink.Received;
import dev.offramp.kit.CommittedReader;
import dev.offramp.kit.LocalKafka;
import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.Header;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.Reason;
import dev.offramp.schemas.RecordWriter;
import dev.offramp.schemas.Whole;
import dev.offramp.stream.StreamOptions.LatencyStart;
import dev.offramp.stream.options.Options;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.Future;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Records of sizes around the limits of topics and producers, sent by the real producer to a real
 * broker: none is refused, every good event has its prediction, every bad record its dead letter.
 */
class RecordSizesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int LARGEST_RECORD = 3_000_000;
  private static final List<Integer> PREDICTION_LIMITS = List.of(4_000, 60_000, 1_048_588);
  private static final List<Integer> LETTER_LIMITS = List.of(9_600, 60_000, 1_048_588, 2_500_000);
  private static final List<String> STORED = List.of("producer", "uncompressed", "zstd");
  private static final List<String> SENT = List.of("default", "none", "gzip", "snappy", "lz4");
  private static final Prediction PREDICTION =
      KafkaEndsTest.prediction(new Event("", "", null, null));
  private static final int PREDICTION_BYTES =
      new RecordWriter<>(Prediction.class).write(PREDICTION).length + 4;

  private static final Map<String, CommittedReader> READERS = new HashMap<>();
  private static LocalKafka kafka;
  private static int tries;

  /** What the topics and the producers take. */
  record Limits(
      int predictions,
      int letters,
      String stored,
      String sent,
      int maxRequest,
      int buffer,
      boolean exactlyOnce,
      SourceFormat format) {
    /** The limits that sizes are near. */
    int near(int which) {
      List<Integer> all =
          List.of(0, predictions, letters, letters * 8 / 9, letters / 8, maxRequest, buffer);
      return all.get(which % all.size());
    }
  }

  /**
   * A record, roughly.
   *
   * @param near the limit that its size is near
   * @param parts what of it is the value, the key, the headers
   */
  record Shape(int near, int delta, Content content, int[] parts, int headers, long seed) {
    int bytes(Limits limits) {
      return Math.max(0, Math.min(LARGEST_RECORD, limits.near(near) + delta));
    }
  }

  enum Content {
    NOISE,
    SAME,
    LETTERS
  }

  @BeforeContainer
  static void start() {
    kafka = LocalKafka.start();
    for (String stored : STORED) {
      PREDICTION_LIMITS.forEach(limit -> topic("predictions", limit, stored));
      LETTER_LIMITS.forEach(limit -> topic("letters", limit, stored));
    }
  }

  @AfterContainer
  static void stop() {
    READERS.values().forEach(CommittedReader::close);
    kafka.close();
  }

  @Property(tries = 60)
  void noRecordIsRefused(
      @ForAll("limits") Limits limits, @ForAll("shapes") @Size(min = 1, max = 6) List<Shape> shapes)
      throws Exception {
    Options options = options(limits);
    Properties sink = KafkaProperties.sink(options);
    IdLimit ids = new IdLimit(options.get(StreamOptions.SINK_TOPIC), sink, PREDICTION_BYTES);
    ReceivedDeserializer source =
        new ReceivedDeserializer(limits.format, LatencyStart.ARRIVAL, ids);
    ids.open();
    source.open(Clock.systemUTC());
    List<Received> received = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      received.add(source.received(record(limits, shapes.get(i), i)));
    }
    AvroRecords<Prediction> predictions =
        new AvroRecords<>(
            options.get(StreamOptions.SINK_TOPIC),
            Prediction.class,
            prediction -> prediction.getEventId().getBytes(UTF_8));
    Properties letterSink = KafkaProperties.deadLetters(options);
    letterSink.put("batch.size", String.valueOf(Math.min(limits.buffer, 262_144)));
    DeadLetterRecords letters =
        new DeadLetterRecords(options.get(StreamOptions.DEAD_LETTERS_TOPIC), letterSink, null);
    List<Received> good = received.stream().filter(Received::decoded).toList();
    List<Received> bad = received.stream().filter(r -> !r.decoded()).toList();

    send(limits, sink, predictions, good.stream().map(RecordSizesTest::prediction).toList());
    send(limits, letterSink, letters, bad.stream().map(RecordSizesTest::letter).toList());

    assertThat(read(options.get(StreamOptions.SINK_TOPIC), good.size()))
        .extracting(r -> KafkaEndsTest.read(Prediction.class, r.value()).getEventId())
        .containsExactlyElementsOf(good.stream().map(r -> r.event().getId()).toList());
    List<ConsumerRecord<byte[], byte[]>> sent =
        read(options.get(StreamOptions.DEAD_LETTERS_TOPIC), bad.size());
    for (int i = 0; i < bad.size(); i++) {
      DeadLetter letter = KafkaEndsTest.read(DeadLetter.class, sent.get(i).value());
      check(letter, bad.get(i));
      assertThat(sent.get(i).key()).isIn(bad.get(i).origin().key(), null);
    }
    for (Received event : good) {
      assertThat(event.event().getId().getBytes(UTF_8)).hasSizeLessThanOrEqualTo(ids.bytes());
    }
  }

  @Example
  void batchesLargerThanTheTopicTakesAreSent() throws Exception {
    Limits limits =
        new Limits(
            4_000, 9_600, "uncompressed", "gzip", 1 << 20, 32 << 20, true, SourceFormat.AVRO);
    Options options = options(limits);
    Properties sink = KafkaProperties.deadLetters(options);
    sink.put("batch.size", "262144");
    String topic = options.get(StreamOptions.DEAD_LETTERS_TOPIC);
    List<DeadLetter> letters = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      Received.Origin origin =
          new Received.Origin(new byte[i], null, List.of(), "events", 0, (long) i);
      letters.add(letter(Received.undecodable(Reason.UNDECODABLE, "no event", origin, 0)));
    }

    send(limits, sink, new DeadLetterRecords(topic, sink, null), letters);

    assertThat(read(topic, letters.size()))
        .extracting(r -> KafkaEndsTest.read(DeadLetter.class, r.value()))
        .containsExactlyElementsOf(letters);
  }

  @Provide
  Arbitrary<Limits> limits() {
    return Combinators.combine(
            Arbitraries.of(PREDICTION_LIMITS),
            Arbitraries.of(LETTER_LIMITS),
            Arbitraries.of(STORED),
            Arbitraries.of(SENT),
            Arbitraries.of(20_000, 1_048_576, 5_000_000),
            Arbitraries.of(20_000, 300_000, 33_554_432),
            Arbitraries.of(true, false),
            Arbitraries.of(SourceFormat.class))
        .as(Limits::new);
  }

  @Provide
  Arbitrary<List<Shape>> shapes() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 6),
            Arbitraries.oneOf(
                Arbitraries.integers().between(-200, 200),
                Arbitraries.integers().between(-20_000, 500_000)),
            Arbitraries.of(Content.class),
            Arbitraries.of(
                new int[] {1, 0, 0},
                new int[] {0, 1, 0},
                new int[] {0, 0, 1},
                new int[] {8, 1, 1},
                new int[] {1, 8, 1},
                new int[] {1, 1, 8},
                new int[] {1, 1, 0}),
            Arbitraries.of(1, 3, 2_000),
            Arbitraries.longs())
        .as(Shape::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(6);
  }

  private static ConsumerRecord<byte[], byte[]> record(Limits limits, Shape shape, int offset) {
    int bytes = shape.bytes(limits);
    int sum = Arrays.stream(shape.parts).sum();
    Random random = new Random(shape.seed);
    byte[] key = bytes(shape.content, bytes / sum * shape.parts[1], random);
    byte[] value = bytes(shape.content, bytes / sum * shape.parts[0], random);
    if (limits.format == SourceFormat.AVRO && shape.content != Content.NOISE) {
      Event event = new Event(new String(key, UTF_8), new String(value, UTF_8), null, null);
      value = EventFormatTest.avro(event);
    }
    RecordHeaders headers = new RecordHeaders();
    int each = bytes / sum * shape.parts[2] / shape.headers;
    for (int h = 0; each > 0 && h < shape.headers; h++) {
      boolean name = h % 2 == 0;
      headers.add(
          name ? new String(bytes(Content.LETTERS, each, random), UTF_8) : "h",
          name ? null : bytes(shape.content, each, random));
    }
    return new ConsumerRecord<>(
        "events",
        0,
        offset,
        5,
        TimestampType.CREATE_TIME,
        key.length,
        value.length,
        shape.seed % 3 == 0 ? null : key,
        shape.seed % 7 == 0 ? null : value,
        headers,
        Optional.empty());
  }

  private static byte[] bytes(Content content, int length, Random random) {
    byte[] bytes = new byte[length];
    switch (content) {
      case NOISE -> random.nextBytes(bytes);
      case SAME -> Arrays.fill(bytes, (byte) 'a');
      case LETTERS -> {
        for (int i = 0; i < length; i++) {
          bytes[i] = (byte) ('a' + random.nextInt(26));
        }
      }
    }
    return bytes;
  }

  private static Prediction prediction(Received received) {
    return KafkaEndsTest.prediction(new Event(received.event().getId(), "", null, null));
  }

  private static DeadLetter letter(Received received) {
    return received.deadLetter(
        received.failedAt(), received.reason(), received.message(), Instant.EPOCH);
  }

  private static <T> void send(
      Limits limits, Properties properties, KafkaRecordSerializationSchema<T> records, List<T> all)
      throws Exception {
    records.open(null, null);
    if (limits.exactlyOnce) {
      properties.put("transactional.id", "sizes-" + tries++);
    }
    try (var producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      if (limits.exactlyOnce) {
        producer.initTransactions();
        producer.beginTransaction();
      }
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (T one : all) {
        ProducerRecord<byte[], byte[]> record = records.serialize(one, null, null);
        sent.add(producer.send(record));
      }
      if (limits.exactlyOnce) {
        producer.commitTransaction();
      }
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
    }
  }

  /** What was committed since the last call. */
  private static List<ConsumerRecord<byte[], byte[]>> read(String topic, int count) {
    return READERS.computeIfAbsent(topic, kafka::reader).read(count, PATIENCE);
  }

  private static void check(DeadLetter letter, Received bad) throws Exception {
    assertThat(letter.getTopic()).isEqualTo("events");
    assertThat(letter.getPartition()).isZero();
    assertThat(letter.getOffset()).isEqualTo(bad.origin().offset());
    assertThat(letter.getReason()).isEqualTo(bad.reason());
    assertThat(letter.getMessage()).startsWith(bad.message());
    DeadLetter whole = letter(bad);
    if (letter.getEventId() == null) {
      assertThat(letter.getMessage().contains("is left out")).isEqualTo(whole.getEventId() != null);
    } else {
      assertThat(letter.getEventId()).isEqualTo(whole.getEventId());
    }
    var cut = letter.getCut();
    check(letter.getValue(), whole.getValue(), cut == null ? null : cut.getValue());
    check(letter.getKey(), whole.getKey(), cut == null ? null : cut.getKey());
    if (cut == null || cut.getHeaders() == null) {
      assertThat(letter.getHeaders()).isEqualTo(whole.getHeaders());
    } else {
      assertThat(cut.getHeaderCount()).isEqualTo(whole.getHeaders().size());
      assertThat(letter.getHeaders()).hasSizeLessThan(whole.getHeaders().size());
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      RecordWriter<Header> writer = new RecordWriter<>(Header.class);
      for (Header header : whole.getHeaders()) {
        all.write(writer.write(header));
      }
      assertThat(cut.getHeaders()).isEqualTo(whole(all.toByteArray()));
    }
  }

  private static void check(ByteBuffer part, ByteBuffer all, Whole mark) throws Exception {
    if (mark == null) {
      assertThat(part).isEqualTo(all);
    } else {
      assertThat(part.remaining()).isLessThan(all.remaining());
      assertThat(part).isEqualTo(all.slice(0, part.remaining()));
      byte[] bytes = new byte[all.remaining()];
      all.duplicate().get(bytes);
      assertThat(mark).isEqualTo(whole(bytes));
    }
  }

  private static Whole whole(byte[] bytes) throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
    return new Whole((long) bytes.length, HexFormat.of().formatHex(hash));
  }

  private static void topic(String name, int limit, String stored) {
    kafka.createTopic(
        "%s-%d-%s".formatted(name, limit, stored),
        1,
        Map.of("max.message.bytes", String.valueOf(limit), "compression.type", stored));
  }

  private static Options options(Limits limits) {
    List<String> all = new ArrayList<>();
    Collections.addAll(
        all,
        "sink.topic=predictions-%d-%s".formatted(limits.predictions, limits.stored),
        "dead.letters.topic=letters-%d-%s".formatted(limits.letters, limits.stored),
        "sink.guarantee=" + (limits.exactlyOnce ? "exactly-once" : "at-least-once"),
        "kafka.bootstrap.servers=" + kafka.bootstrapServers(),
        "kafka.max.request.size=" + limits.maxRequest,
        "kafka.buffer.memory=" + limits.buffer);
    all.add("kafka.batch.size=" + Math.min(limits.predictions * 3 / 4, 16_384));
    if (!limits.sent.equals("default")) {
      all.add("kafka.compression.type=" + limits.sent);
    }
    return StreamOptions.all().read("job.yaml", StreamOptionsTest.LEAST, all, Map.of());
  }
}
