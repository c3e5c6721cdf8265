package dev.offramp.stream;

import dev.offramp.flink.Classification;
import dev.offramp.flink.Offramp;
import dev.offramp.flink.PredictionSize;
import dev.offramp.flink.Received;
import dev.offramp.runtime.BundleException;
import dev.offramp.runtime.ServingOptions.Load;
import dev.offramp.stream.options.Options;
import dev.offramp.stream.options.OptionsException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.client.program.StreamContextEnvironment;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deployable job: events from a Kafka topic, predictions to another, what can't be served to a
 * third. Submitted with {@code flink run offramp-job.jar --config job.yaml}, or started in a JVM of
 * its own with a local Flink.
 */
public final class StreamJob {
  private static final Logger LOG = LoggerFactory.getLogger(StreamJob.class);

  /** How long a broker may take to answer before the job is submitted. */
  private static final Duration BROKER_PATIENCE = Duration.ofSeconds(10);

  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int WRONG_USE = 2;

  private StreamJob() {}

  /**
   * Starts the job. In a JVM of its own it ends with 0 (done), 1 (failed) or 2 (wrong use or
   * options).
   */
  public static void main(String[] args) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    if (env instanceof StreamContextEnvironment) {
      // Flink calls us, at times inside the JobManager, which must outlive a wrong option.
      start(env, Arguments.of(args), System.out, System.err);
    } else {
      System.exit(run(env, args, System.out, System.err));
    }
  }

  /**
   * Runs the job to its end.
   *
   * @param args {@code --config FILE}, {@code -D key=value} and {@code --help}
   * @param out for help
   * @param err for what went wrong
   * @return 0 done, 1 failed, 2 wrong use or options
   */
  public static int run(
      StreamExecutionEnvironment env, String[] args, PrintStream out, PrintStream err) {
    try {
      start(env, Arguments.of(args), out, err);
      return DONE;
    } catch (OptionsException e) {
      err.println(e.getMessage());
      return WRONG_USE;
    } catch (StartException | BundleException e) {
      err.println(e.getMessage());
      return FAILED;
    } catch (Exception e) {
      e.printStackTrace(err);
      return FAILED;
    }
  }

  /**
   * Checks the bundle, then asks Kafka for what the job needs (a broker that answers within 10
   * seconds, the topics, where to begin), and puts the job together. It isn't submitted yet.
   *
   * @param env receives the job and its settings
   * @throws StartException says what Kafka lacks and what to do
   * @throws BundleException if the bundle can't be used
   * @throws OptionsException if the bundle lacks what an option asks for
   */
  public static void build(StreamExecutionEnvironment env, Options options) {
    build(env, options, events -> classify(events, options));
  }

  /**
   * As {@link #build(StreamExecutionEnvironment, Options)}, with other operators between the
   * topics.
   *
   * @param between what becomes of the events
   */
  public static void build(
      StreamExecutionEnvironment env,
      Options options,
      Function<DataStream<Received>, Offramp.Results> between) {
    build(env, options, between, LOG::warn);
  }

  /**
   * As {@link #build(StreamExecutionEnvironment, Options, Function)}, with warnings for the caller.
   *
   * @param warnings receives what does not stop the job but should be known, a sentence each; else
   *     they are logged
   */
  public static void build(
      StreamExecutionEnvironment env,
      Options options,
      Function<DataStream<Received>, Offramp.Results> between,
      Consumer<String> warnings) {
    checkBundle(options);
    int largestPrediction = PredictionSize.largest(options.get(StreamOptions.BUNDLE));
    KafkaCheck kafka = new KafkaCheck(options, BROKER_PATIENCE);
    kafka.run();
    new KafkaClientsCheck(options, BROKER_PATIENCE).run();
    new RecordSizeCheck(options, largestPrediction).run();
    new LiveTransactionsCheck(options, StartKind.of(env.getConfiguration())).run();
    assemble(env, options, between, kafka.start(warnings), largestPrediction);
  }

  /** Puts the job together without asking Kafka. */
  static void assemble(
      StreamExecutionEnvironment env,
      Options options,
      Function<DataStream<Received>, Offramp.Results> between,
      SourceStart start,
      int largestPrediction) {
    configure(env, options);
    DataStream<Received> events =
        env.fromSource(
                KafkaEnds.events(options, start, largestPrediction),
                WatermarkStrategy.noWatermarks(),
                "events")
            .uid("events");
    Offramp.Results results = between.apply(events);
    results
        .predictions()
        .sinkTo(KafkaEnds.predictions(options))
        .name("predictions")
        .uid("predictions");
    results
        .deadLetters()
        .sinkTo(KafkaEnds.deadLetters(options))
        .name("dead letters")
        .uid("dead-letters");
  }

  /** What Flink calls the job. */
  public static String name(Options options) {
    return "offramp: %s to %s"
        .formatted(options.get(StreamOptions.SOURCE_TOPIC), options.get(StreamOptions.SINK_TOPIC));
  }

  private static void start(
      StreamExecutionEnvironment env, Arguments args, PrintStream out, PrintStream err)
      throws Exception {
    if (args.help()) {
      out.println(Arguments.USAGE);
      out.println();
      out.print(StreamOptions.all().markdown());
      return;
    }
    Options options = StreamOptions.read(args.config(), args.overrides(), System.getenv());
    build(
        env,
        options,
        events -> classify(events, options),
        warning -> err.println("warning: " + warning));
    env.execute(name(options));
  }

  private static void checkBundle(Options options) {
    try {
      Offramp.check(
          options.get(StreamOptions.BUNDLE),
          options.find(StreamOptions.POINT).orElse(null),
          options.get(StreamOptions.CONFIDENCE_LEVEL));
    } catch (IllegalArgumentException e) {
      // A point or a level that the bundle doesn't have; the message names those it has.
      throw new OptionsException(String.valueOf(e.getMessage()));
    }
  }

  private static void configure(StreamExecutionEnvironment env, Options options) {
    options.find(StreamOptions.PARALLELISM).ifPresent(env::setParallelism);
    env.enableCheckpointing(
        options.get(StreamOptions.CHECKPOINT_INTERVAL).toMillis(),
        StreamOptions.exactlyOnce(options)
            ? CheckpointingMode.EXACTLY_ONCE
            : CheckpointingMode.AT_LEAST_ONCE);
    Duration checkpoint = Duration.ofMillis(env.getCheckpointConfig().getCheckpointTimeout());
    TransactionTimeout.warning(options, checkpoint).ifPresent(LOG::warn);
    if (options.find(StreamOptions.LATENCY_BUDGET).isPresent()) {
      // Where records cross from task to task they would else wait 100 ms for their buffer to fill.
      env.setBufferTimeout(1);
    }
    // Nobody changes a record after handing it on, so chained operators need no copies.
    env.getConfig().enableObjectReuse();
  }

  /**
   * The operators that the options ask for.
   *
   * @throws BundleException if the bundle can't be used
   * @throws OptionsException if the bundle lacks what an option asks for
   */
  public static Offramp.Results classify(DataStream<Received> events, Options options) {
    try {
      return classification(events, options).apply();
    } catch (IllegalArgumentException e) {
      // A point or a level that the bundle doesn't have; the message names those it has.
      throw new OptionsException(String.valueOf(e.getMessage()));
    }
  }

  /** The operators that the options ask for, which the caller can change before they are added. */
  public static Classification classification(DataStream<Received> events, Options options) {
    Classification classification =
        Offramp.classifyReceived(events, options.get(StreamOptions.BUNDLE))
            .device(options.get(StreamOptions.DEVICE))
            .predictionSet(options.get(StreamOptions.PREDICTION_SET))
            .confidence(options.get(StreamOptions.CONFIDENCE_LEVEL))
            .load(
                new Load(
                    options.get(StreamOptions.LATENCY_PERCENTILE),
                    options.get(StreamOptions.ACCURACY_FLOOR)));
    options.find(StreamOptions.POINT).ifPresent(classification::point);
    options.find(StreamOptions.LATENCY_BUDGET).ifPresent(classification::budget);
    options.find(StreamOptions.BATCH_WAIT).ifPresent(classification::batchWait);
    classification.operators(options.get(StreamOptions.OPERATORS));
    options.find(StreamOptions.CAPACITY).ifPresent(classification::capacity);
    return classification;
  }
}
