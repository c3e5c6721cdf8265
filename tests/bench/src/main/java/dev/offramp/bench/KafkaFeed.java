package dev.offramp.bench;

import dev.offramp.flink.Offramp;
import dev.offramp.flink.Received;
import dev.offramp.kit.LocalKafka;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.RecordWriter;
import dev.offramp.stream.StreamJob;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * The job's own ends: Kafka's topics on a broker in this JVM, exactly once. A topic of events is
 * filled before the first job that reads it starts; each job reads it from its beginning, in a
 * consumer group of its own. One thread.
 */
final class KafkaFeed implements Feed, AutoCloseable {
  private final Ground ground;
  private final Set<String> filled = new HashSet<>();
  private LocalKafka kafka;

  /** The broker starts with the first job. */
  KafkaFeed(Ground ground) {
    this.ground = ground;
  }

  @Override
  public void build(
      StreamExecutionEnvironment env,
      Ground job,
      Plan plan,
      Function<DataStream<Received>, Offramp.Results> between)
      throws Exception {
    if (kafka == null) {
      kafka = LocalKafka.start();
      kafka.createTopic(Ground.PREDICTIONS, ground.parallelism());
      kafka.createTopic(Ground.DEAD_LETTERS, 1);
    }
    int events = plan.meter().events();
    String topic = Ground.EVENTS + "-" + events;
    if (filled.add(topic)) {
      kafka.createTopic(topic, ground.parallelism());
      fill(topic, events);
    }
    List<String> settings =
        List.of(
            "source.topic=" + topic,
            "source.start=earliest",
            "source.format=avro",
            "source.group=" + plan.id(),
            "sink.transaction.prefix=" + plan.id(),
            "kafka.bootstrap.servers=" + kafka.bootstrapServers());
    StreamJob.build(env, job.options(job.point(), settings), between);
  }

  @Override
  public void close() {
    if (kafka != null) {
      kafka.close();
    }
  }

  private void fill(String topic, int events) throws Exception {
    RecordWriter<Event> writer = new RecordWriter<>(Event.class);
    // One request at a time: a partition so new that its broker refuses the first request would
    // begin with the second, and then refuse the first for ever as out of order.
    Map<String, Object> inTurn = Map.of("max.in.flight.requests.per.connection", 1);
    try (KafkaProducer<byte[], byte[]> producer = kafka.producer(inTurn)) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int i = 0; i < events; i++) {
        Event event = ground.workload().event(i, null);
        byte[] key = event.getId().getBytes(StandardCharsets.UTF_8);
        // In turn, so that all subtasks have as much to do.
        int partition = i % ground.parallelism();
        sent.add(producer.send(new ProducerRecord<>(topic, partition, key, writer.write(event))));
      }
      for (Future<RecordMetadata> acknowledged : sent) {
        acknowledged.get();
      }
    }
  }
}
