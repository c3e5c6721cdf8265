package dev.offramp.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.kit.LocalKafka;
import dev.offramp.stream.options.Options;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaClientsCheckTest {
  private static LocalKafka kafka;

  @BeforeAll
  static void start() {
    kafka = LocalKafka.start();
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void clientsOfTheDefaultsAreMadeAndEndWithTheCheck() {
    assertThatCode(() -> check()).doesNotThrowAnyException();
    assertThatCode(() -> check("sink.guarantee=at-least-once")).doesNotThrowAnyException();
    assertThat(
            Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains("start-check"))
                .collect(Collectors.toSet()))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "delivery.timeout.ms=20; producer of predictions; kafka.delivery.timeout.ms: 20 (-D)",
        "partitioner.class=no.such.Class; producer of predictions;"
            + " kafka.partitioner.class: no.such.Class (-D)",
        "partition.assignment.strategy=no.such.Class; consumer of events;"
            + " kafka.partition.assignment.strategy: no.such.Class (-D)",
      })
  void optionsThatAClientRefusesTogetherAreTold(String override, String client, String named) {
    assertThatThrownBy(() -> check("kafka." + override))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith(
            "Kafka's %s can't be made with the options under kafka.: ".formatted(client))
        .hasMessageContaining(" Change or remove ")
        .hasMessageContaining(named);
  }

  @Test
  void timeoutAboveTheBrokersIsToldWithTheBrokersOwn() {
    assertThatThrownBy(() -> check("kafka.transaction.timeout.ms=3600000"))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "the Kafka broker allows no transactions of 3600000 ms (kafka.transaction.timeout.ms in -D): its transaction.max.timeout.ms is 900000 ms. Set kafka.transaction.timeout.ms to at most that, or raise transaction.max.timeout.ms");
  }

  @Test
  void withoutTransactionsTheirLimitDoesNotMatter() {
    assertThatCode(
            () -> check("kafka.transaction.timeout.ms=3600000", "sink.guarantee=at-least-once"))
        .doesNotThrowAnyException();
  }

  private static void check(String... overrides) {
    List<String> all = new ArrayList<>(List.of(overrides));
    all.add("kafka.bootstrap.servers=" + kafka.bootstrapServers());
    Options options = StreamOptions.all().read("job.yaml", StreamOptionsTest.LEAST, all, Map.of());
    new KafkaClientsCheck(options, Duration.ofSeconds(10)).run();
  }
}
