package dev.offramp.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.kit.LocalKafka;
import dev.offramp.stream.options.Options;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class KafkaCheckTest {
  private static LocalKafka kafka;

  @BeforeAll
  static void start() {
    kafka = LocalKafka.start();
    kafka.createTopic("events", 1);
    kafka.createTopic("predictions", 1);
    kafka.createTopic("dead-letters", 1);
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void whatIsThereIsFine() {
    assertThatCode(() -> check(kafka.bootstrapServers())).doesNotThrowAnyException();
  }

  @Test
  void missingTopicsAreNamedWithTheNearestAndHowToMakeThem() {
    String at = kafka.bootstrapServers();
    assertThatThrownBy(() -> check(at, "source.topic=event", "dead.letters.topic=dead.letters"))
        .isInstanceOfSatisfying(
            StartException.class,
            e ->
                assertThat(e.getMessage().lines())
                    .containsExactly(
                        "topic event (source.topic in -D) does not exist at %s, the nearest there is events. Create it: kafka-topics.sh --bootstrap-server %s --create --topic event"
                            .formatted(at, at),
                        "topic dead.letters (dead.letters.topic in -D) does not exist at %s, the nearest there is dead-letters. Create it: kafka-topics.sh --bootstrap-server %s --create --topic dead.letters"
                            .formatted(at, at)));
  }

  @Test
  void topicOfAWrongNameIsNamed() {
    assertThatThrownBy(() -> check(kafka.bootstrapServers(), "sink.topic=no topic"))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("topic no topic (sink.topic in -D) can't be used: ");
  }

  @Test
  void brokerThatIsNotThereIsNamed() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    String at = "127.0.0.1:" + port;
    assertThatThrownBy(() -> check(at))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "no Kafka broker answers at %s: none within 2 s. Start it, or correct kafka.bootstrap.servers in -D; if it asks for TLS or a login, give kafka.security.protocol"
                .formatted(at));
  }

  @Test
  void hostWithoutAnAddressIsNamed() {
    assertThatThrownBy(() -> check("no-such-host.invalid:9092"))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "no Kafka broker answers at no-such-host.invalid:9092: its name is not known to this machine's resolver. Start it, or correct kafka.bootstrap.servers in -D");
  }

  @Test
  void propertyThatKafkaRefusesIsToldWithoutSecrets() {
    assertThatThrownBy(
            () ->
                check(
                    kafka.bootstrapServers(),
                    "kafka.security.protocol=SASL_PLAINTEXT",
                    "kafka.sasl.mechanism=PLAIN",
                    "kafka.sasl.jaas.config=hunter2"))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("kafka.sasl.jaas.config in -D is no login: it must be ")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void classThatIsNotThereIsTold() {
    assertThatThrownBy(
            () -> check(kafka.bootstrapServers(), "kafka.metric.reporters=no.such.Class"))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("Kafka's client refuses the options under kafka.: ")
        .hasMessageContaining("no.such.Class");
  }

  private static void check(String at, String... overrides) {
    List<String> all = new ArrayList<>(List.of(overrides));
    all.add("kafka.bootstrap.servers=" + at);
    Options options = StreamOptions.all().read("job.yaml", StreamOptionsTest.LEAST, all, Map.of());
    new KafkaCheck(options, Duration.ofSeconds(2)).run();
  }
}
