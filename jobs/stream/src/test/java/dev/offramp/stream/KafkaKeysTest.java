package dev.offramp.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.stream.options.Options;
import dev.offramp.stream.options.OptionsException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaKeysTest {
  @ParameterizedTest
  @CsvSource({
    "bootstrap.server, bootstrap.servers",
    "transaction.timeout, transaction.timeout.ms",
    "transaction-timeout-ms, transaction.timeout.ms",
    "maxPollRecords, max.poll.records",
    "isolation.levl, isolation.level",
    "ack, acks",
    "compression, compression.type",
    "ssl.truststore, ssl.truststore.type",
    "SASL.mechanism, sasl.mechanism",
    "partition.discovery.interval, partition.discovery.interval.ms",
  })
  void misspelledKeyIsToldWithTheKnownOne(String key, String known) {
    assertThat(KafkaKeys.meant(key)).contains(known);
  }

  @Test
  void knownKeysAreAllowed() {
    assertThat(ProducerConfig.configNames()).allMatch(key -> KafkaKeys.meant(key).isEmpty());
    assertThat(ConsumerConfig.configNames()).allMatch(key -> KafkaKeys.meant(key).isEmpty());
    assertThat(AdminClientConfig.configNames()).allMatch(key -> KafkaKeys.meant(key).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "schema.registry.url",
        "basic.auth.credentials.source",
        "confluent.monitoring.interceptor.bootstrap.servers",
        "apicurio.registry.url",
        "x"
      })
  void keysOfPluginsAreAllowed(String key) {
    assertThat(KafkaKeys.meant(key)).isEmpty();
  }

  @Test
  void misspelledServersAreToldBesideTheMissingOnes() {
    assertThatThrownBy(
            () ->
                StreamOptions.read(
                    null,
                    List.of(
                        "bundle=b",
                        "source.topic=s",
                        "sink.topic=p",
                        "dead.letters.topic=d",
                        "kafka.bootstrap.server=k:1"),
                    Map.of()))
        .isInstanceOfSatisfying(
            OptionsException.class,
            e ->
                assertThat(e.faults())
                    .first()
                    .isEqualTo(
                        "unknown option kafka.bootstrap.server (-D): did you mean kafka.bootstrap.servers?"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "max.poll.records=many; kafka.max.poll.records must be a whole number: many (-D)",
        "transaction.timeout.ms=15 min;"
            + " kafka.transaction.timeout.ms must be a whole number: 15 min (-D)",
        "enable.idempotence=no; kafka.enable.idempotence must be true or false: no (-D)",
        "max.poll.records=0;"
            + " kafka.max.poll.records must be within Kafka's bounds for it, [1,...]: 0 (-D)",
        "isolation.level=read-committed; kafka.isolation.level must be within Kafka's bounds for it,"
            + " [read_committed, read_uncommitted]: read-committed (-D)",
        "acks=2; kafka.acks must be within Kafka's bounds for it, [all, -1, 0, 1]: 2 (-D)",
      })
  void valueThatAClientRefusesIsToldWithItsRule(String override, String message) {
    assertRefused(message, "kafka." + override);
  }

  @Test
  void valueFromTheEnvironmentIsNotShown() {
    assertThatThrownBy(
            () ->
                StreamOptions.all()
                    .read(
                        "job.yaml",
                        StreamOptionsTest.LEAST,
                        List.of("kafka.retries=${RETRIES}"),
                        Map.of("RETRIES", "sesame")))
        .hasMessage("kafka.retries must be a whole number: ****** (-D)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "kafka.transaction.timeout.ms=3000; checkpoint.interval=8 s; 12000; 3000 (-D); 8 s (-D)",
        "kafka.transaction.timeout.ms=11999; checkpoint.interval=8 s; 12000; 11999 (-D); 8 s (-D)",
        "kafka.transaction.timeout.ms=1100; checkpoint.interval=200 ms; 1200; 1100 (-D); 200 ms (-D)",
      })
  void transactionsThatEndBeforeACheckpointAreRefused(
      String timeout, String interval, int least, String shown, String shownInterval) {
    assertRefused(
        "kafka.transaction.timeout.ms must be at least %d, since a transaction is open from one checkpoint until the next is complete: %s with checkpoint.interval %s. Raise kafka.transaction.timeout.ms, or lower checkpoint.interval"
            .formatted(least, shown, shownInterval),
        timeout,
        interval);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "enable.idempotence=false; true; false",
        "acks=1; all; 1",
        "acks=0; all; 0",
        "retries=0; at least 1; 0",
        "max.in.flight.requests.per.connection=6; at most 5; 6",
      })
  void optionThatTransactionsForbidIsToldWithItsRule(String override, String rule, String value) {
    String key = override.substring(0, override.indexOf('='));
    assertRefused(
        "kafka.%s must be %s, since sink.guarantee exactly-once writes in transactions: %s (-D)"
            .formatted(key, rule, value),
        "kafka." + override);
    assertThat(read("kafka." + override, "sink.guarantee=at-least-once").shown("kafka." + key))
        .contains(value);
  }

  @Test
  void placesOfDefaultsAreToldToo() {
    assertThatThrownBy(() -> read("kafka.transaction.timeout.ms=3000"))
        .hasMessageContaining("3000 (-D) with checkpoint.interval 10 s (the default)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"10 ms", "10 s", "10 min"})
  void everyIntervalGoesWithTheDefaultTimeout(String interval) {
    assertThat(TransactionTimeout.faults(read("checkpoint.interval=" + interval))).isEmpty();
  }

  @Test
  void withoutTransactionsTheirTimeoutDoesNotMatter() {
    assertThat(
            TransactionTimeout.faults(
                read("kafka.transaction.timeout.ms=3000", "sink.guarantee=at-least-once")))
        .isEmpty();
  }

  @Test
  void checkpointThatMayOutlastItsTransactionsIsWarnedOf() {
    Duration tenMinutes = Duration.ofMinutes(10);
    assertThat(TransactionTimeout.warning(read(), tenMinutes)).isEmpty();
    assertThat(TransactionTimeout.warning(read("checkpoint.interval=6 min"), tenMinutes))
        .hasValueSatisfying(w -> assertThat(w).contains("900000", "960000"));
  }

  private static void assertRefused(String message, String... overrides) {
    assertThatThrownBy(() -> read(overrides))
        .isInstanceOfSatisfying(
            OptionsException.class,
            e -> assertThat(e.faults()).singleElement().asString().isEqualTo(message));
  }

  private static Options read(String... overrides) {
    return StreamOptions.all()
        .read("job.yaml", StreamOptionsTest.LEAST, List.of(overrides), Map.of());
  }

  @Test
  void keysOfTheConnectorAreKnownByTheNamesThatItHas() {
    assertThat(
            List.of(
                KafkaSourceOptions.CLIENT_ID_PREFIX.key(),
                KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(),
                KafkaSourceOptions.COMMIT_OFFSETS_ON_CHECKPOINT.key(),
                KafkaSourceOptions.REGISTER_KAFKA_CONSUMER_METRICS.key()))
        .allSatisfy(
            key -> {
              assertThat(KafkaKeys.isKnown(key)).isTrue();
              assertThat(KafkaKeys.isKnown(key + ".x")).isFalse();
            });
  }
}
