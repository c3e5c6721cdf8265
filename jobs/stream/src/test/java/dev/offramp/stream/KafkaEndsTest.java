package dev.offramp.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.flink.Received;
import dev.offramp.kit.LocalKafka;
import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.Exit;
import dev.offramp.schemas.ExitReason;
import dev.offramp.schemas.FailureStage;
import dev.offramp.schemas.MalformedRecordException;
import dev.offramp.schemas.Model;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.PredictionSetKind;
import dev.offramp.schemas.Reason;
import dev.offramp.schemas.RecordReader;
import dev.offramp.schemas.SetCalibration;
import dev.offramp.schemas.Timing;
import dev.offramp.schemas.Uncertainty;
import dev.offramp.stream.options.Options;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The ends of the job with nothing between them but a map. */
class KafkaEndsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final byte[] NO_UTF8 = {'a', (byte) 0xC3, (byte) 0x28};

  /** Bytes of a prediction as {@link #prediction} makes it, without its id and its label. */
  static final int LARGEST_PREDICTION = 200;

  private static LocalKafka kafka;

  @BeforeAll
  static void start() {
    kafka = LocalKafka.start();
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void eventsBecomePredictionsAndBadOnesDeadLetters() throws Exception {
    Options options = options("exact", "sink.guarantee=exactly-once");
    topics("exact");
    Event event = new Event("e1", "hello", null, 50L);
    try (var producer = kafka.producer(Map.of("transactional.id", "aborted"))) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(record("exact", "aborted", EventFormatTest.avro(event))).get();
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(record("exact", "k1", EventFormatTest.avro(event))).get();
      var bad = record("exact", "k2", NO_UTF8);
      bad.headers().add("trace", new byte[] {7});
      producer.send(bad).get();
      producer.send(record("exact", null, EventFormatTest.avro(event))).get();
      producer.commitTransaction();
    }

    JobClient job = submit(options);
    List<ConsumerRecord<byte[], byte[]>> predictions;
    List<ConsumerRecord<byte[], byte[]>> letters;
    try {
      predictions = kafka.readCommitted("exact-predictions", 2, PATIENCE);
      letters = kafka.readCommitted("exact-dead-letters", 1, PATIENCE);
    } finally {
      job.cancel().get();
    }

    assertThat(predictions).hasSize(2);
    assertThat(predictions).allSatisfy(p -> assertThat(p.key()).asString(UTF_8).isEqualTo("e1"));
    assertThat(read(Prediction.class, predictions.get(0).value()).getLabel()).isEqualTo("hello");
    assertThat(letters).hasSize(1);
    assertThat(letters.get(0).key()).asString(UTF_8).isEqualTo("k2");
    DeadLetter letter = read(DeadLetter.class, letters.get(0).value());
    assertThat(letter.getReason()).isEqualTo(Reason.UNDECODABLE);
    assertThat(letter.getValue().array()).isEqualTo(NO_UTF8);
    assertThat(letter.getTopic()).isEqualTo("exact");
    assertThat(letter.getPartition()).isZero();
    assertThat(letter.getHeaders())
        .singleElement()
        .satisfies(h -> assertThat(h.getKey()).isEqualTo("trace"));
  }

  @Test
  void atLeastOnceNeedsNoTransactionAndTextsNoSchema() throws Exception {
    Options options = options("loose", "sink.guarantee=at-least-once", "source.format=text");
    topics("loose");
    try (var producer = kafka.producer()) {
      producer.send(record("loose", "k1", "hello".getBytes(UTF_8))).get();
      producer.send(record("loose", null, "there".getBytes(UTF_8))).get();
      producer.send(record("loose", null, NO_UTF8)).get();
    }

    JobClient job = submit(options);
    try {
      assertThat(kafka.readCommitted("loose-predictions", 2, PATIENCE))
          .extracting(p -> new String(p.key(), UTF_8))
          .containsExactlyInAnyOrder("k1", "loose-0-1");
      var letters = kafka.readCommitted("loose-dead-letters", 1, PATIENCE);
      assertThat(letters).singleElement().satisfies(l -> assertThat(l.key()).isNull());
      assertThat(read(DeadLetter.class, letters.get(0).value()).getReason())
          .isEqualTo(Reason.INVALID_UTF8);
    } finally {
      job.cancel().get();
    }
  }

  @Test
  void largestRecordStillFitsTheDeadLetters() throws Exception {
    Options options = options("large", "source.format=text");
    topics("large");
    byte[] large = new byte[1_048_000];
    Arrays.fill(large, (byte) 0xC3);
    try (var producer = kafka.producer(Map.of("max.request.size", 2 << 20))) {
      producer.send(record("large", "k", large)).get();
    }

    JobClient job = submit(options);
    try {
      var letters = kafka.readCommitted("large-dead-letters", 1, PATIENCE);
      assertThat(read(DeadLetter.class, letters.get(0).value()).getValue().array())
          .isEqualTo(large);
    } finally {
      job.cancel().get();
    }
  }

  @Test
  void incompressibleRecordOfTheLargestSizeDoesNotStopTheJob() throws Exception {
    byte[] noise = new byte[1_048_400];
    new Random(1).nextBytes(noise);
    DeadLetter letter = letterAmongEvents("noise", record("noise", null, noise));

    assertThat(letter.getReason()).isEqualTo(Reason.UNDECODABLE);
  }

  @Test
  void recordWithAHugeKeyDoesNotStopTheJob() throws Exception {
    byte[] key = new byte[600_000];
    new Random(2).nextBytes(key);
    DeadLetter letter =
        letterAmongEvents("key", new ProducerRecord<>("key", key, new byte[] {1, 2, 3}));

    assertThat(letter.getReason()).isEqualTo(Reason.UNDECODABLE);
  }

  /** The dead letter of a record that has 20 events before and after it, which are all served. */
  private static DeadLetter letterAmongEvents(String topic, ProducerRecord<byte[], byte[]> bad)
      throws Exception {
    Options options = options(topic);
    topics(topic);
    try (var producer = kafka.producer(Map.of("max.request.size", 2 << 20))) {
      for (int i = 0; i < 40; i++) {
        if (i == 20) {
          producer.send(bad).get();
        }
        Event event = new Event("e" + i, "hello", null, null);
        producer.send(record(topic, "e" + i, EventFormatTest.avro(event))).get();
      }
    }
    JobClient job = submit(options);
    try {
      assertThat(kafka.readCommitted(topic + "-predictions", 40, PATIENCE)).hasSize(40);
      var letters = kafka.readCommitted(topic + "-dead-letters", 1, PATIENCE);
      assertThat(letters).hasSize(1);
      return read(DeadLetter.class, letters.get(0).value());
    } finally {
      job.cancel().get();
    }
  }

  private static JobClient submit(Options options) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1);
    env.enableCheckpointing(200);
    env.getConfig().enableObjectReuse();
    var received =
        env.fromSource(
            KafkaEnds.events(options, SourceOffsets.unresolved(options), LARGEST_PREDICTION),
            WatermarkStrategy.noWatermarks(),
            "events");
    received
        .filter(Received::decoded)
        .map(r -> prediction(r.event()))
        .returns(Prediction.class)
        .sinkTo(KafkaEnds.predictions(options));
    received
        .filter(r -> !r.decoded())
        .map(r -> r.deadLetter(FailureStage.DECODE, r.reason(), r.message(), Instant.EPOCH))
        .returns(DeadLetter.class)
        .sinkTo(KafkaEnds.deadLetters(options));
    return env.executeAsync("ends");
  }

  static Prediction prediction(Event event) {
    return Prediction.newBuilder()
        .setEventId(event.getId())
        .setLabel(event.getInput().toString())
        .setProbability(1)
        .setTopLabels(List.of())
        .setUncertainty(
            new Uncertainty(
                0.0,
                1.0,
                null,
                List.of(),
                PredictionSetKind.LAC,
                0.95,
                SetCalibration.SPLIT,
                0.0,
                false))
        .setExit(new Exit(0, 1, ExitReason.FINAL))
        .setCost(1)
        .setTruncated(false)
        .setModel(new Model("b", "p", "c"))
        .setTiming(new Timing(Instant.EPOCH, Instant.EPOCH, null, false))
        .build();
  }

  private static void topics(String prefix) {
    kafka.createTopic(prefix, 1);
    kafka.createTopic(prefix + "-predictions", 1);
    kafka.createTopic(prefix + "-dead-letters", 1);
  }

  private static Options options(String prefix, String... overrides) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "source.topic=" + prefix,
                "source.group=" + prefix,
                "sink.topic=" + prefix + "-predictions",
                "sink.transaction.prefix=" + prefix,
                "dead.letters.topic=" + prefix + "-dead-letters",
                "kafka.bootstrap.servers=" + kafka.bootstrapServers()));
    all.addAll(List.of(overrides));
    return StreamOptions.all().read("job.yaml", StreamOptionsTest.LEAST, all, Map.of());
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, String key, byte[] value) {
    return new ProducerRecord<>(topic, key == null ? null : key.getBytes(UTF_8), value);
  }

  static <T extends SpecificRecord> T read(Class<T> type, byte[] value)
      throws MalformedRecordException {
    return new RecordReader<>(type).read(value);
  }
}
