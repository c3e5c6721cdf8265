package dev.offramp.bench.latency;

import dev.offramp.bench.Workload;
import dev.offramp.flink.Offramp;
import dev.offramp.flink.Received;
import dev.offramp.kit.LocalFlink;
import dev.offramp.kit.LocalKafka;
import dev.offramp.runtime.Ticker;
import dev.offramp.schemas.DeadLetter;
import dev.offramp.schemas.Event;
import dev.offramp.schemas.Prediction;
import dev.offramp.schemas.RecordWriter;
import dev.offramp.stream.StreamJob;
import dev.offramp.stream.StreamOptions;
import dev.offramp.stream.options.Options;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * A job that runs, with topics of its own and a tap behind its operators. Events are sent by one
 * thread; predictions are heard on the job's.
 */
final class JobUnderLoad implements Sender.Outlet, AutoCloseable {
  /** Name of the sender's Kafka client, and in its threads' names. */
  static final String CLIENT = "offramp-bench-sender";

  /** Sends at once, for an event is late from its arrival on; one acknowledgement is enough. */
  private static final Map<String, Object> PRODUCER =
      Map.of("linger.ms", 0, "acks", "1", "client.id", CLIENT);

  /** What a job is made with: the operators between its topics. */
  interface Operators extends BiFunction<DataStream<Received>, Options, Offramp.Results> {}

  private final RecordWriter<Event> writer = new RecordWriter<>(Event.class);
  private final Ticker ticker;
  private final Workload workload;
  private final int partitions;
  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final JobClient job;
  private volatile Listener listener = (prediction, nowMicros) -> {};
  private volatile String fault;
  private long next;

  /** Hears predictions as they come out of the operators. */
  interface Listener {
    /**
     * A prediction came out. Called by the job's threads.
     *
     * @param nowMicros when, microseconds since the epoch
     */
    void emitted(Prediction prediction, long nowMicros);
  }

  /**
   * Starts a job.
   *
   * @param parallelism subtasks, and partitions of the topics
   * @param settings {@code key=value}: the bundle, and what else the job is told
   * @param checkpoints folder for checkpoints
   * @param operators between the topics
   */
  JobUnderLoad(
      LocalKafka kafka,
      Workload workload,
      int parallelism,
      List<String> settings,
      Path checkpoints,
      Operators operators,
      Ticker ticker)
      throws Exception {
    this.workload = workload;
    this.ticker = ticker;
    this.partitions = parallelism;
    String name = UUID.randomUUID().toString();
    this.topic = "events-" + name;
    this.producer = kafka.producer(PRODUCER);
    try {
      create(kafka, topic, partitions);
      create(kafka, "predictions-" + name, partitions);
      create(kafka, "dead-letters-" + name, 1);
      Options options = options(kafka, name, settings);
      StreamExecutionEnvironment env = LocalFlink.environment(LocalFlink.ANY_PORT, checkpoints);
      StreamJob.build(env, options, events -> tapped(operators.apply(events, options)));
      this.job = env.executeAsync("offramp bench latency");
    } catch (Exception e) {
      producer.close();
      throw e;
    }
  }

  /** Waits until the broker tells clients of the topic, some time after its controller has it. */
  private void create(LocalKafka kafka, String name, int count) {
    kafka.createTopic(name, count);
    producer.partitionsFor(name);
  }

  private Options options(LocalKafka kafka, String name, List<String> settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "source.topic=" + topic,
                "source.start=earliest",
                "source.group=" + name,
                "sink.topic=predictions-" + name,
                "sink.transaction.prefix=" + name,
                "dead.letters.topic=dead-letters-" + name,
                "kafka.bootstrap.servers=" + kafka.bootstrapServers(),
                "parallelism=" + partitions));
    all.addAll(settings);
    return StreamOptions.read(null, all, Map.of());
  }

  private Offramp.Results tapped(Offramp.Results results) {
    Consumer<Prediction> heard = p -> listener.emitted(p, ticker.micros());
    Consumer<DeadLetter> died =
        d -> fault = "event %s is a dead letter: %s".formatted(d.getEventId(), d.getMessage());
    return new Offramp.Results(
        LatencyTap.on(results.predictions(), Prediction.class, "tap", heard),
        LatencyTap.on(results.deadLetters(), DeadLetter.class, "tap-dead", died));
  }

  /** Who hears the predictions from now on. */
  void listen(Listener hears) {
    listener = hears;
  }

  /** Number of the next event to be sent. */
  long next() {
    return next;
  }

  @Override
  public void send(long number, long dueMicros) {
    byte[] event = writer.write(workload.event(number, Ticker.instant(dueMicros)));
    byte[] key = Long.toString(number).getBytes(StandardCharsets.UTF_8);
    int partition = (int) (number % partitions);
    // The callback hears what the future would say.
    Future<RecordMetadata> unused =
        producer.send(
            new ProducerRecord<>(topic, partition, key, event),
            (sent, failure) -> {
              if (failure != null) {
                fault = "event %d could not be sent: %s".formatted(number, failure.getMessage());
              }
            });
    next = number + 1;
  }

  /**
   * Looks after the job.
   *
   * @throws IllegalStateException it has ended, or could not serve an event
   */
  void check() throws Exception {
    if (fault != null) {
      throw new IllegalStateException(fault);
    }
    JobStatus status = job.getJobStatus().get();
    if (status.isGloballyTerminalState()) {
      job.getJobExecutionResult().get();
      throw new IllegalStateException("the job ended early: " + status);
    }
  }

  /** Ends the job, whatever it holds, and waits until it has. */
  @Override
  public void close() {
    try {
      producer.close();
    } finally {
      job.cancel().join();
      job.getJobExecutionResult().handle((result, cancelled) -> null).join();
    }
  }
}
