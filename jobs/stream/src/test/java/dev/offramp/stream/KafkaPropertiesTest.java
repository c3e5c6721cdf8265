package dev.offramp.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.stream.options.Options;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class KafkaPropertiesTest {
  private static final String BROKERS = "bootstrap.servers";

  @Test
  void transactionsEndWithinTheBrokersLimitAndWaitForNothing() {
    assertThat(KafkaProperties.sink(options()))
        .containsOnly(
            Map.entry(BROKERS, "localhost:9092"),
            Map.entry("transaction.timeout.ms", "900000"),
            Map.entry("linger.ms", "100"),
            Map.entry("batch.size", "262144"),
            Map.entry("retry.backoff.ms", "10"));
  }

  @Test
  void deadLettersMayBeLarge() {
    assertThat(KafkaProperties.deadLetters(options()))
        .containsAllEntriesOf(KafkaProperties.sink(options()))
        .containsEntry("max.request.size", "67108864")
        .containsEntry("compression.type", "gzip");
  }

  @Test
  void whatCanBeSplitHasOneRequestInFlight() {
    String key = "max.in.flight.requests.per.connection";
    assertThat(KafkaProperties.sink(options())).doesNotContainKey(key);
    assertThat(KafkaProperties.sink(options("kafka.compression.type=lz4"))).containsEntry(key, "1");
    Properties letters =
        KafkaProperties.deadLetters(options("kafka.compression.type=none", "kafka." + key + "=5"));
    assertThat(letters).containsEntry(key, "1");
  }

  @Test
  void withoutTransactionsTheSinkIsAsKafkaHasIt() {
    assertThat(KafkaProperties.sink(options("sink.guarantee=at-least-once")))
        .containsOnlyKeys(BROKERS);
  }

  @Test
  void sourceReadsWhatIsCommitted() {
    assertThat(KafkaProperties.source(options()))
        .containsEntry("isolation.level", "read_committed");
  }

  @Test
  void whatIsSetWins() {
    Properties sink =
        KafkaProperties.deadLetters(
            options(
                "kafka.retry.backoff.ms=7", "kafka.linger.ms=0", "kafka.compression.type=zstd"));
    assertThat(sink)
        .containsEntry("retry.backoff.ms", "7")
        .containsEntry("linger.ms", "0")
        .containsEntry("compression.type", "zstd");
    assertThat(KafkaProperties.source(options("kafka.isolation.level=read_uncommitted")))
        .containsEntry("isolation.level", "read_uncommitted");
  }

  private static Options options(String... overrides) {
    return StreamOptions.all()
        .read("job.yaml", StreamOptionsTest.LEAST, List.of(overrides), Map.of());
  }
}
