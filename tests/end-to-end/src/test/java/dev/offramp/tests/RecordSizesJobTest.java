package dev.offramp.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.kit.KafkaClients;
import dev.offramp.kit.LocalFlink;
import dev.offramp.kit.LocalKafka;
import dev.offramp.runtime.TinyBundle;
import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.Reason;
import dev.offramp.schemas.RecordWriter;
import dev.offramp.stream.StreamJob;
import dev.offramp.stream.StreamOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records of all sizes that the source's topic takes, with smaller topics behind it: every good
 * event has its prediction, every other record its dead letter, and nothing restarts the job.
 */
@Timeout(300)
class RecordSizesJobTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int SOURCE = 2_000_000;
  private static final int PREDICTIONS = 50_000;
  private static final int LETTERS = 100_000;

  @TempDir Path folder;

  private final Random random = new Random(3);
  private final RecordWriter<Event> writer = new RecordWriter<>(Event.class);
  private final Set<String> good = new HashSet<>();
  private final Map<Long, Reason> bad = new HashMap<>();

  @Test
  void noRecordOfAnySizeStopsTheJob() throws Exception {
    Path bundle = folder.resolve("bundle");
    TinyBundle.writeText(bundle);
    try (LocalKafka broker = LocalKafka.start()) {
      KafkaClients kafka = new KafkaClients(broker.bootstrapServers());
      topic(kafka, "events", SOURCE);
      topic(kafka, "predictions", PREDICTIONS);
      topic(kafka, "dead-letters", LETTERS);
      send(kafka);
      StreamExecutionEnvironment env =
          LocalFlink.environment(LocalFlink.ANY_PORT, folder.resolve("checkpoints"));
      StreamJob.build(
          env,
          StreamOptions.all()
              .read("job.yaml", yaml(bundle, kafka.bootstrapServers()), List.of(), Map.of()));
      // Whatever fails ends the job at once.
      env.configure(Configuration.fromMap(Map.of("restart-strategy.type", "none")));
      JobClient job = env.executeAsync("sizes");
      try {
        assertThat(kafka.readCommitted("predictions", good.size(), PATIENCE))
            .extracting(r -> AvroBytes.read(Prediction.class, r.value()).getEventId())
            .containsExactlyInAnyOrderElementsOf(good);
        assertThat(
                kafka.readCommitted("dead-letters", bad.size(), PATIENCE).stream()
                    .map(r -> AvroBytes.read(DeadLetter.class, r.value()))
                    .collect(Collectors.toMap(DeadLetter::getOffset, DeadLetter::getReason)))
            .isEqualTo(bad);
      } finally {
        job.cancel().get();
      }
    }
  }

  private void send(KafkaClients kafka) throws Exception {
    try (var producer = kafka.producer(Map.of("max.request.size", 2 * SOURCE))) {
      for (int size : List.of(PREDICTIONS / 2, PREDICTIONS, LETTERS, SOURCE - 1_000)) {
        for (int delta : List.of(-300, 0, 300)) {
          int bytes = size + delta;
          bad(producer.send(record(noise(16), noise(bytes))).get().offset(), Reason.UNDECODABLE);
          bad(
              producer.send(record(noise(bytes), new byte[] {1})).get().offset(),
              Reason.UNDECODABLE);
          bad(producer.send(record(noise(bytes), null)).get().offset(), Reason.UNDECODABLE);
          var headed = record(null, new byte[] {2});
          headed.headers().add("h".repeat(bytes / 2), noise(bytes / 2));
          bad(producer.send(headed).get().offset(), Reason.UNDECODABLE);
          var many = record(null, new byte[] {3});
          for (int i = 0; i < bytes / 20; i++) {
            many.headers().add("n" + i % 10, noise(10));
          }
          bad(producer.send(many).get().offset(), Reason.UNDECODABLE);
          // A long text is no fault, a long id is.
          good.add("text-" + bytes);
          producer.send(event("text-" + bytes, "w1 ".repeat(bytes / 3 - 10))).get();
          bad(
              producer.send(event("i".repeat(bytes + 500), "w1 w2")).get().offset(),
              Reason.ID_TOO_LARGE);
          String shorter = bytes + "s".repeat(PREDICTIONS / 2 - 1_500 + delta);
          good.add(shorter);
          producer.send(event(shorter, "w1 w2")).get();
        }
      }
      for (int i = 0; i < 50; i++) {
        good.add("event-" + i);
        producer.send(event("event-" + i, TinyBundle.text(random))).get();
      }
    }
  }

  private void bad(long at, Reason reason) {
    bad.put(at, reason);
  }

  private ProducerRecord<byte[], byte[]> event(String id, String text) {
    return record(null, writer.write(new Event(id, text, null, null)));
  }

  private static ProducerRecord<byte[], byte[]> record(byte[] key, byte[] value) {
    return new ProducerRecord<>("events", key, value);
  }

  private byte[] noise(int bytes) {
    byte[] noise = new byte[bytes];
    random.nextBytes(noise);
    // No event begins so: a length below zero.
    noise[0] = 1;
    return noise;
  }

  private static void topic(KafkaClients kafka, String name, int bytes) {
    kafka.createTopic(name, 1, Map.of("max.message.bytes", String.valueOf(bytes)));
  }

  private static String yaml(Path bundle, String servers) {
    return """
        bundle: %s
        source: {topic: events, start: earliest}
        sink: {topic: predictions}
        dead.letters.topic: dead-letters
        kafka: {bootstrap.servers: "%s", batch.size: 49000}
        device: cpu
        parallelism: 1
        checkpoint.interval: 200 ms
        """
        .formatted(bundle, servers);
  }
}
