package dev.offramp.stream;

import dev.offramp.stream.options.Options;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes the Kafka clients of the job, before it is submitted, with the properties that they have in
 * the job, and lets the producers begin to use transactions at the broker. A submitted job whose
 * clients can't be made restarts for ever.
 */
final class KafkaClientsCheck {
  /** Ends the transactional ids that the producers try; the sinks' own end in numbers. */
  private static final String TRIED = "-start-check";

  private static final String TIMEOUT = "transaction.timeout.ms";
  private static final String MOST = "transaction.max.timeout.ms";

  /** Shorter values stand in messages by chance. */
  private static final int TELLING = 4;

  private final Options options;
  private final Duration patience;

  /**
   * A check.
   *
   * @param patience how long a broker may take to answer
   */
  KafkaClientsCheck(Options options, Duration patience) {
    this.options = options;
    this.patience = patience;
  }

  /**
   * Makes the clients and closes them.
   *
   * @throws StartException tells the properties that a client or the broker refuses
   */
  void run() {
    consumer();
    producer("predictions", KafkaProperties.sink(options), TransactionPrefix.predictions(options));
    producer(
        "dead letters",
        KafkaProperties.deadLetters(options),
        TransactionPrefix.deadLetters(options));
  }

  private void consumer() {
    Properties properties = KafkaProperties.source(options);
    properties.put("group.id", StreamOptions.group(options));
    properties.put("enable.auto.commit", "false");
    try {
      new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())
          .close();
    } catch (KafkaException e) {
      throw refused("consumer of events", e);
    }
  }

  private void producer(String name, Properties properties, String prefix) {
    boolean transactions = StreamOptions.exactlyOnce(options);
    if (transactions) {
      properties.put("transactional.id", prefix + TRIED);
      properties.put("max.block.ms", String.valueOf(patience.toMillis()));
    }
    KafkaProducer<byte[], byte[]> producer;
    try {
      producer =
          new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    } catch (KafkaException e) {
      throw refused("producer of " + name, e);
    }
    try (producer) {
      if (transactions) {
        producer.initTransactions();
      }
    } catch (KafkaException e) {
      throw noTransactions(name, prefix, e);
    }
  }

  private StartException noTransactions(String name, String prefix, KafkaException failed) {
    // Kafka's client wraps the broker's answer into an exception that has no type of its own.
    if (causes(failed).contains(MOST)) {
      long asked = TransactionTimeout.of(options).toMillis();
      String option = StreamOptions.KAFKA + TIMEOUT;
      return new StartException(
          "the Kafka broker allows no transactions of %d ms (%s%s): its %s is %s. Set %s to at most that, or raise %s"
              .formatted(
                  asked,
                  option,
                  options.place(option).map(" in "::concat).orElse(", the default"),
                  MOST,
                  mostTransactionMillis().map(most -> most + " ms").orElse("smaller"),
                  option,
                  MOST));
    }
    if (causedBy(failed, TransactionalIdAuthorizationException.class)) {
      return new StartException(
          "the Kafka broker does not allow this user the transactional ids that begin with %s. Allow them, kafka-acls.sh --add --allow-principal User:NAME --operation Write --operation Describe --transactional-id %s --resource-pattern-type prefixed, or set %s to a prefix that is allowed"
              .formatted(prefix, prefix, StreamOptions.TRANSACTION_PREFIX.key()));
    }
    if (causedBy(failed, org.apache.kafka.common.errors.TimeoutException.class)) {
      return new StartException(
          "the Kafka broker begins no transaction for the %s within %d s: it can lack its topic __transaction_state, which it only makes with as many brokers as its transaction.state.log.replication.factor. Correct the brokers, or set %s to at-least-once"
              .formatted(name, patience.toSeconds(), StreamOptions.SINK_GUARANTEE.key()));
    }
    return new StartException(
        "the Kafka broker refuses transactions for the %s: %s"
            .formatted(name, options.redact(causes(failed))));
  }

  /** The broker's limit; empty if this user may not ask for it. */
  private Optional<Long> mostTransactionMillis() {
    try (Admin admin = Admin.create(KafkaProperties.client(options))) {
      int broker =
          admin
              .describeCluster()
              .nodes()
              .get(patience.toMillis(), TimeUnit.MILLISECONDS)
              .iterator()
              .next()
              .id();
      var resource = new ConfigResource(ConfigResource.Type.BROKER, String.valueOf(broker));
      return Optional.of(
          Long.valueOf(
              admin
                  .describeConfigs(List.of(resource))
                  .all()
                  .get(patience.toMillis(), TimeUnit.MILLISECONDS)
                  .get(resource)
                  .get(MOST)
                  .value()));
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** A client that can't be made: Kafka's reason, and the options that it names. */
  private StartException refused(String client, KafkaException failed) {
    String words = causes(failed);
    List<String> named = new ArrayList<>();
    options
        .under(StreamOptions.KAFKA)
        .forEach(
            (key, value) -> {
              if (words.contains(key) || (value.length() >= TELLING && words.contains(value))) {
                String full = StreamOptions.KAFKA + key;
                named.add(
                    "%s: %s (%s)"
                        .formatted(
                            full,
                            options.shown(full).orElseThrow(),
                            options.place(full).orElseThrow()));
              }
            });
    return new StartException(
        "Kafka's %s can't be made with the options under kafka.: %s. %s"
            .formatted(
                client,
                options.redact(words),
                named.isEmpty()
                    ? "Change or remove the one that this is about"
                    : "Change or remove " + String.join("; ", named)));
  }

  /** The messages of an exception and its causes, without a full stop at the end. */
  private static String causes(Throwable failed) {
    String all = KafkaCheck.messages(failed);
    return all.endsWith(".") ? all.substring(0, all.length() - 1) : all;
  }

  private static boolean causedBy(Throwable failed, Class<? extends Throwable> type) {
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}
