package dev.offramp.stream;

import static dev.offramp.stream.options.OptionType.DURATION;
import static dev.offramp.stream.options.OptionType.INTEGER;
import static dev.offramp.stream.options.OptionType.NUMBER;
import static dev.offramp.stream.options.OptionType.TEXT;
import static dev.offramp.stream.options.OptionType.choice;

import dev.offramp.runtime.ServingOptions.Load;
import dev.offramp.runtime.SetKind;
import dev.offramp.stream.options.Option;
import dev.offramp.stream.options.OptionSet;
import dev.offramp.stream.options.OptionType;
import dev.offramp.stream.options.Options;
import dev.offramp.stream.options.OptionsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The job's options. */
public final class StreamOptions {
  /** Where an event's latency budget begins to run. */
  public enum LatencyStart {
    ARRIVAL,
    KAFKA
  }

  /** How sure it is that each event has one prediction. */
  public enum Guarantee {
    EXACTLY_ONCE,
    AT_LEAST_ONCE
  }

  /** Where a job without a checkpoint begins to read. */
  public enum Start {
    EARLIEST,
    LATEST,
    COMMITTED
  }

  /** What happens when the next record to read is not in the topic any more. */
  public enum OutOfRange {
    FAIL,
    EARLIEST
  }

  private static final long MOST_BYTES = 1 << 20;

  /** Prefix of the keys that go to Kafka's clients as they are. */
  public static final String KAFKA = "kafka.";

  /** {@code bundle}. */
  public static final Option<String> BUNDLE =
      Option.of("bundle", TEXT, "The bundle's folder: any path that Flink's file systems read.")
          .mandatory();

  /** {@code source.topic}. */
  public static final Option<String> SOURCE_TOPIC =
      Option.of("source.topic", TEXT, "Topic of events.").mandatory();

  /** {@code source.format}. */
  public static final Option<SourceFormat> SOURCE_FORMAT =
      Option.of(
              "source.format",
              choice(SourceFormat.class),
              "What a record's value is: Avro binary of the schema Event, or a text in UTF-8, whose"
                  + " event is named by the record's key or else topic-partition-offset.")
          .or(SourceFormat.AVRO);

  /** {@code source.start}. */
  public static final Option<Start> SOURCE_START =
      Option.of(
              "source.start",
              choice(Start.class),
              "Where a job that starts without a checkpoint begins. committed: where the group"
                  + " stopped, or the earliest record if it never read.")
          .or(Start.COMMITTED);

  /** {@code source.out.of.range}. */
  public static final Option<OutOfRange> OUT_OF_RANGE =
      Option.of(
              "source.out.of.range",
              choice(OutOfRange.class),
              "What happens when the next record to read is no longer in the topic, after a restart"
                  + " or while the job runs. fail: the job fails and does not restart. earliest: it"
                  + " goes on at the earliest retained record, and the gap is logged and counted.")
          .or(OutOfRange.FAIL);

  /** {@code source.group}. */
  public static final Option<String> SOURCE_GROUP =
      Option.of(
          "source.group",
          TEXT,
          "Kafka consumer group that offsets are committed to; no other job may use it. Default:"
              + " `offramp:SOURCE:SINK`, with the names of the two topics.");

  /** {@code sink.topic}. */
  public static final Option<String> SINK_TOPIC =
      Option.of("sink.topic", TEXT, "Topic of predictions.").mandatory();

  /** {@code sink.guarantee}. */
  public static final Option<Guarantee> SINK_GUARANTEE =
      Option.of(
              "sink.guarantee",
              choice(Guarantee.class),
              "exactly-once writes in Kafka transactions, so predictions show at each checkpoint to"
                  + " readers with isolation.level=read_committed; at-least-once shows them at once"
                  + " and repeats some after a failure.")
          .or(Guarantee.EXACTLY_ONCE);

  /** {@code sink.transaction.prefix}. */
  public static final Option<String> TRANSACTION_PREFIX =
      Option.of(
          "sink.transaction.prefix",
          TEXT,
          "Begins the job's transactional ids; no other job at the same brokers may use it."
              + " Default: offramp:SOURCE:SINK, from the topics of events and predictions.");

  /** {@code dead.letters.topic}. */
  public static final Option<String> DEAD_LETTERS_TOPIC =
      Option.of("dead.letters.topic", TEXT, "Topic of records that could not be served.")
          .mandatory();

  /** {@code dead.letters.max.bytes}. */
  public static final Option<Integer> DEAD_LETTERS_MAX_BYTES =
      Option.of(
              "dead.letters.max.bytes",
              INTEGER,
              "Largest dead letter, bytes of key and value before compression. A larger one is cut and"
                  + " marked. Default: what the topic and Kafka's producer take.")
          .within("at least 8192", bytes -> bytes >= DeadLetterRecords.LEAST_BYTES);

  /** {@code kafka.bootstrap.servers}. */
  public static final Option<String> BOOTSTRAP_SERVERS =
      Option.of(
              "kafka.bootstrap.servers",
              TEXT,
              "Brokers, host:port with commas between. Every other key under `kafka.` goes to"
                  + " Kafka's clients as it is.")
          .mandatory();

  /** {@code device}. */
  public static final Option<String> DEVICE =
      Option.of(
              "device",
              OptionType.matching(
                  "auto, cpu, cuda:N",
                  "auto, cpu or cuda:N",
                  Pattern.compile("auto|cpu|cuda:\\d{1,3}")),
              "What the network runs on. auto: the first CUDA device if there is one, else the"
                  + " CPU.")
          .or("auto");

  /** {@code point}. */
  public static final Option<String> POINT =
      Option.of("point", TEXT, "Name of the operating point. Default: the bundle's.");

  /** {@code prediction.set}. */
  public static final Option<SetKind> PREDICTION_SET =
      Option.of(
              "prediction.set",
              choice(SetKind.class),
              "What goes into prediction sets. lac: the smallest on average. raps: never empty,"
                  + " larger for harder events. class-conditional: each label is covered as often"
                  + " as the others.")
          .or(SetKind.LAC);

  /** {@code confidence.level}. */
  public static final Option<Double> CONFIDENCE_LEVEL =
      Option.of(
              "confidence.level",
              NUMBER,
              "How often prediction sets cover the truth, and how often events that a label fits are"
                  + " not flagged as out of scope; one of the levels that the bundle is calibrated"
                  + " for.")
          .or(0.95)
          .within("between 0 and 1, both excluded", level -> level > 0 && level < 1);

  /** {@code latency.budget}. */
  public static final Option<Duration> LATENCY_BUDGET =
      Option.of(
              "latency.budget",
              DURATION,
              "Time an event may take from its arrival to its prediction; an event can carry its"
                  + " own. Default: no limit.")
          .within("positive", StreamOptions::positive);

  /** {@code latency.start}. */
  public static final Option<LatencyStart> LATENCY_START =
      Option.of(
              "latency.start",
              choice(LatencyStart.class),
              "Where the budget begins: when the job reads the record, or the record's Kafka"
                  + " timestamp.")
          .or(LatencyStart.ARRIVAL);

  /** {@code latency.batch.wait}. */
  public static final Option<Duration> BATCH_WAIT =
      Option.of(
              "latency.batch.wait",
              DURATION,
              "How long an event may wait for others to share its batch. Default: a quarter of the"
                  + " budget, or 500 ms without one.")
          .within("0 ms or more", wait -> !wait.isNegative());

  /** {@code latency.percentile}. */
  public static final Option<Double> LATENCY_PERCENTILE =
      Option.of(
              "latency.percentile",
              NUMBER,
              "Share of events that are to be in time. When more are late, or the machine can't keep"
                  + " up, the job moves to cheaper operating points, and back when there is room.")
          .or(Load.DEFAULT.percentile())
          .within("between 0 and 1, both excluded", share -> share > 0 && share < 1);

  /** {@code latency.accuracy.floor}. */
  public static final Option<Double> ACCURACY_FLOOR =
      Option.of(
              "latency.accuracy.floor",
              NUMBER,
              "Operating points whose expected accuracy is lower are not moved to. 0.95 is 95 %; 1:"
                  + " the job stays at its point.")
          .or(Load.DEFAULT.accuracyFloor())
          .within("from 0 to 1", accuracy -> accuracy >= 0 && accuracy <= 1);

  /** {@code operators.count}. */
  public static final Option<Integer> OPERATORS =
      Option.of(
              "operators.count",
              INTEGER,
              "How many Flink operators the stages are spread over; more are for deep stages on other"
                  + " machines.")
          .or(1)
          .within("at least 1", count -> count >= 1);

  /** {@code operators.capacity}. */
  public static final Option<Integer> CAPACITY =
      Option.of(
              "operators.capacity",
              INTEGER,
              "Most events in flight in one subtask of an operator; then it holds back the source."
                  + " Default: as many tokens as keep batches full, 16,384 or more, in no more events"
                  + " than take two seconds, 256 or more. In any case: 128 MiB at most, or a"
                  + " sixteenth of the heap if that is less; with a budget no more than can be in"
                  + " time.")
          .within("at least 1", capacity -> capacity >= 1);

  /** {@code checkpoint.interval}. */
  public static final Option<Duration> CHECKPOINT_INTERVAL =
      Option.of("checkpoint.interval", DURATION, "Time between checkpoints.")
          .or(Duration.ofSeconds(10))
          // A transaction lives from one checkpoint to the next and 15 minutes at most: see
          // TransactionTimeout.
          .within(
              "from 10 ms to 10 min",
              d -> d.toMillis() >= 10 && d.compareTo(Duration.ofMinutes(10)) <= 0);

  /** {@code parallelism}. */
  public static final Option<Integer> PARALLELISM =
      Option.of("parallelism", INTEGER, "Subtasks of each operator. Default: the cluster's.")
          .within("at least 1", parallelism -> parallelism >= 1);

  /** Keys of Kafka's clients that the job sets itself, and what sets them. */
  private static final Map<String, String> OURS =
      new TreeMap<>(
          Map.of(
              "group.id", "option source.group sets it",
              "auto.offset.reset", "option source.start sets it",
              "transactional.id", "option sink.transaction.prefix begins it",
              "enable.auto.commit", "offsets are committed with checkpoints",
              "key.deserializer", "option source.format sets it",
              "value.deserializer", "option source.format sets it",
              "key.serializer", "the job writes the bytes itself",
              "value.serializer", "the job writes the bytes itself"));

  private static final OptionSet ALL =
      new OptionSet(
          List.of(
              BUNDLE,
              SOURCE_TOPIC,
              SOURCE_FORMAT,
              SOURCE_START,
              OUT_OF_RANGE,
              SOURCE_GROUP,
              SINK_TOPIC,
              SINK_GUARANTEE,
              TRANSACTION_PREFIX,
              DEAD_LETTERS_TOPIC,
              DEAD_LETTERS_MAX_BYTES,
              BOOTSTRAP_SERVERS,
              DEVICE,
              POINT,
              PREDICTION_SET,
              CONFIDENCE_LEVEL,
              LATENCY_BUDGET,
              LATENCY_START,
              BATCH_WAIT,
              LATENCY_PERCENTILE,
              ACCURACY_FLOOR,
              OPERATORS,
              CAPACITY,
              CHECKPOINT_INTERVAL,
              PARALLELISM),
          KAFKA,
          KafkaKeys::meant,
          StreamOptions::conflicts);

  private StreamOptions() {}

  /** All options of the job: reads them, lists them, prints their table. */
  public static OptionSet all() {
    return ALL;
  }

  /**
   * Reads the options of a job.
   *
   * @param config a YAML file; null: there is none, the overrides say all
   * @param overrides {@code key=value} each, the later winning
   * @param environment what <code>${NAME}</code> in a value stands for
   * @throws OptionsException tells every fault with its place
   */
  public static Options read(Path config, List<String> overrides, Map<String, String> environment) {
    if (config == null) {
      return ALL.read("-D", "", overrides, environment);
    }
    String yaml;
    try {
      if (Files.size(config) > MOST_BYTES) {
        throw new OptionsException(
            "%s holds more than %d bytes: it can't be the options".formatted(config, MOST_BYTES));
      }
      yaml = Files.readString(config);
    } catch (NoSuchFileException e) {
      throw new OptionsException("no file %s, which --config names".formatted(config));
    } catch (IOException e) {
      throw new OptionsException("%s can't be read: %s".formatted(config, e));
    }
    Path name = config.getFileName();
    return ALL.read(String.valueOf(name == null ? config : name), yaml, overrides, environment);
  }

  /** The consumer group: {@code source.group}, or the one derived from the topics. */
  public static String group(Options options) {
    return options.find(SOURCE_GROUP).orElseGet(() -> ofTopics(options));
  }

  /**
   * The default of names that must be unique for each job, {@code offramp:SOURCE:SINK}. A topic's
   * name has no colon, so different pairs of topics never give the same name.
   */
  static String ofTopics(Options options) {
    return "offramp:%s:%s".formatted(options.get(SOURCE_TOPIC), options.get(SINK_TOPIC));
  }

  /** Whether the sinks write in transactions. */
  static boolean exactlyOnce(Options options) {
    return options.get(SINK_GUARANTEE) == Guarantee.EXACTLY_ONCE;
  }

  private static List<String> conflicts(Options options) {
    List<String> faults = new ArrayList<>();
    differ(SOURCE_TOPIC, SINK_TOPIC, options, faults);
    differ(SOURCE_TOPIC, DEAD_LETTERS_TOPIC, options, faults);
    differ(SINK_TOPIC, DEAD_LETTERS_TOPIC, options, faults);
    options
        .find(LATENCY_BUDGET)
        .ifPresent(
            budget -> {
              if (options.find(BATCH_WAIT).filter(wait -> wait.compareTo(budget) > 0).isPresent()) {
                faults.add(
                    "latency.batch.wait must be at most latency.budget: %s > %s (%s)"
                        .formatted(
                            options.shown(BATCH_WAIT.key()).orElseThrow(),
                            options.shown(LATENCY_BUDGET.key()).orElseThrow(),
                            options.place(BATCH_WAIT.key()).orElseThrow()));
              }
            });
    OURS.forEach(
        (key, why) ->
            options
                .place(KAFKA + key)
                .ifPresent(
                    place ->
                        faults.add(
                            "%s%s can't be given (%s): %s".formatted(KAFKA, key, place, why))));
    List<String> wrong = KafkaKeys.faults(options);
    faults.addAll(wrong);
    if (wrong.isEmpty()) {
      faults.addAll(IdempotentProducer.faults(options));
      faults.addAll(TransactionTimeout.faults(options));
    }
    return faults;
  }

  private static void differ(
      Option<String> one, Option<String> other, Options options, List<String> faults) {
    if (options.get(one).equals(options.get(other))) {
      faults.add(
          "%s must differ from %s: %s (%s)"
              .formatted(
                  other.key(),
                  one.key(),
                  options.shown(other.key()).orElseThrow(),
                  options.place(other.key()).orElseThrow()));
    }
  }

  private static boolean positive(Duration duration) {
    return !duration.isZero() && !duration.isNegative();
  }
}
