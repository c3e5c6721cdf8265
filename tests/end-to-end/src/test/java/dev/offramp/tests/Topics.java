package dev.offramp.tests;

import dev.offramp.kit.CommittedReader;
import dev.offramp.kit.KafkaClients;
import dev.offramp.kit.LocalKafka;
import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.RecordWriter;
import dev.offramp.stream.StreamOptions;
import dev.offramp.stream.options.Options;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** The three topics of a job. */
final class Topics implements AutoCloseable {
  private final KafkaClients kafka;
  private final Runnable stopBroker;
  private final KafkaProducer<byte[], byte[]> producer;
  private final RecordWriter<Event> writer = new RecordWriter<>(Event.class);
  private final List<Future<RecordMetadata>> acknowledgements = new ArrayList<>();

  /** On a broker of their own. */
  Topics(int partitions) {
    this(LocalKafka.start(), partitions);
  }

  /** On a broker that stops when they are closed; it may have a secured listener too. */
  Topics(LocalKafka broker, int partitions) {
    this(new KafkaClients(broker.bootstrapServers()), partitions, broker::close);
  }

  /** On a broker that goes on. */
  Topics(KafkaClients kafka, int partitions) {
    this(kafka, partitions, () -> {});
  }

  private Topics(KafkaClients kafka, int partitions, Runnable stopBroker) {
    this.kafka = kafka;
    this.stopBroker = stopBroker;
    this.producer = kafka.producer(Map.of());
    kafka.createTopic("events", partitions);
    kafka.createTopic("predictions", partitions);
    kafka.createTopic("dead-letters", 1);
  }

  /** The options of a job over these topics. */
  Options options(Path bundle, String... more) {
    String yaml =
        """
        bundle: %s
        source: {topic: events, start: earliest}
        sink: {topic: predictions}
        dead.letters.topic: dead-letters
        kafka: {bootstrap.servers: "%s"}
        device: cpu
        checkpoint.interval: 200 ms
        """
            .formatted(bundle, kafka.bootstrapServers());
    return StreamOptions.all().read("job.yaml", yaml, List.of(more), Map.of());
  }

  /**
   * Writes the options' file of a job over these topics that starts where its group stopped.
   *
   * @param more lines of it
   */
  Path config(Path file, Path bundle, String... more) throws IOException {
    String yaml =
        """
        bundle: %s
        source.topic: events
        sink.topic: predictions
        dead.letters.topic: dead-letters
        kafka.bootstrap.servers: "%s"
        device: cpu
        """
            .formatted(bundle, kafka.bootstrapServers());
    return Files.writeString(file, yaml + String.join("\n", more));
  }

  void send(Event event) {
    send(event.getId(), writer.write(event));
  }

  void send(String key, byte[] value) {
    acknowledgements.add(
        producer.send(new ProducerRecord<>("events", key.getBytes(StandardCharsets.UTF_8), value)));
  }

  /** Waits until the broker has all that was sent. */
  void sent() throws Exception {
    for (Future<RecordMetadata> acknowledged : acknowledgements) {
      acknowledged.get();
    }
    acknowledgements.clear();
  }

  /** A reader of predictions, from the first. */
  CommittedReader predictions() {
    return kafka.reader("predictions");
  }

  List<Prediction> predictions(int count) {
    return kafka.readCommitted("predictions", count, Duration.ofMinutes(2)).stream()
        .map(r -> AvroBytes.read(Prediction.class, r.value()))
        .toList();
  }

  List<DeadLetter> deadLetters(int count) {
    return kafka.readCommitted("dead-letters", count, Duration.ofMinutes(2)).stream()
        .map(r -> AvroBytes.read(DeadLetter.class, r.value()))
        .toList();
  }

  @Override
  public void close() {
    producer.close();
    stopBroker.run();
  }
}
