package dev.offramp.stream;

import dev.offramp.stream.options.Options;
import java.util.Properties;

/** What Kafka's clients are told: the options under {@code kafka.}, and what the job adds. */
final class KafkaProperties {
  /** The most that brokers allow unless they are set otherwise; Flink's own default is an hour. */
  private static final String TRANSACTION_TIMEOUT_MILLIS = "900000";

  /** A dead letter is larger than the record in it, which can be as large as brokers take. */
  private static final String DEAD_LETTER_BYTES = String.valueOf(64 << 20);

  private static final String BATCH_BYTES = String.valueOf(256 << 10);

  private KafkaProperties() {}

  /** For a client that only asks. */
  static Properties client(Options options) {
    Properties properties = new Properties();
    properties.putAll(options.under(StreamOptions.KAFKA));
    return properties;
  }

  /** For the source: records of aborted transactions are no events. */
  static Properties source(Options options) {
    Properties properties = client(options);
    properties.putIfAbsent("isolation.level", "read_committed");
    return properties;
  }

  /** For a sink. */
  static Properties sink(Options options) {
    Properties properties = client(options);
    if (StreamOptions.exactlyOnce(options)) {
      properties.putIfAbsent("transaction.timeout.ms", TRANSACTION_TIMEOUT_MILLIS);
      // Readers see records at the checkpoint: small requests in between are only work.
      properties.putIfAbsent("linger.ms", "100");
      properties.putIfAbsent("batch.size", BATCH_BYTES);
      // A new producer waits so long before its first transaction, though nothing failed, and the
      // task with it: Kafka's 100 ms made events late at a job's first checkpoint.
      properties.putIfAbsent("retry.backoff.ms", "10");
    }
    if (!properties.getProperty("compression.type", "none").equals("none")) {
      oneRequestInFlight(properties);
    }
    return properties;
  }

  /** For the sink of dead letters, compressed so that the largest record still fits a topic. */
  static Properties deadLetters(Options options) {
    Properties properties = sink(options);
    properties.putIfAbsent("max.request.size", DEAD_LETTER_BYTES);
    properties.putIfAbsent("compression.type", "gzip");
    oneRequestInFlight(properties);
    return properties;
  }

  /**
   * A batch that is larger than its topic takes is split by the producer, and its parts are sent.
   * With other batches in flight, brokers can then refuse all of them for ever, because their
   * sequence numbers are out of order. A compressed batch's size isn't known before it is closed.
   */
  private static void oneRequestInFlight(Properties properties) {
    properties.put("max.in.flight.requests.per.connection", "1");
  }
}
