package dev.offramp.stream;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.kit.BrokerCertificate;
import dev.offramp.kit.LocalKafka;
import dev.offramp.stream.options.Options;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults of TLS and login at a broker that asks for both. */
class SecuredKafkaCheckTest {
  private static final String PASSWORD = "open-sesame-4711";
  private static final String LOGIN =
      "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"alice\" password=\"%s\";";

  private static LocalKafka kafka;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    kafka = LocalKafka.startSecured("alice", PASSWORD);
    kafka.createTopic("events", 1);
    kafka.createTopic("predictions", 1);
    kafka.createTopic("dead-letters", 1);
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void loginAndCertificateThatFitAreFine() {
    assertThatCode(() -> check(PASSWORD, kafka.certificate())).doesNotThrowAnyException();
  }

  @Test
  void wrongPasswordIsToldWithWhatToCheck() {
    String wrong = "wrong-sesame-4712";
    assertThatThrownBy(() -> check(wrong, kafka.certificate()))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "the Kafka broker at %s refuses the login: Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-256. Check user and password in kafka.sasl.jaas.config in job.yaml, line 11, and that kafka.sasl.mechanism in job.yaml, line 9 is what the broker asks for"
                .formatted(kafka.securedServers()))
        .hasNoCause();
  }

  @Test
  void certificateThatIsNotTrustedIsToldWithTheFileToMend() throws Exception {
    BrokerCertificate other = BrokerCertificate.make(folder);
    assertThatThrownBy(() -> check(PASSWORD, other))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("no TLS with the Kafka broker at " + kafka.securedServers())
        .hasMessageEndingWith(
            "Put the broker's certificate, or the one that signed it, into the file that kafka.ssl.truststore.location in job.yaml, line 12 names");
  }

  @Test
  void hostThatTheCertificateDoesNotNameIsTold() {
    String elsewhere = kafka.securedServers().replace("127.0.0.1", "127.0.0.2");
    assertThatThrownBy(
            () -> check(PASSWORD, kafka.certificate(), "kafka.bootstrap.servers=" + elsewhere))
        .isInstanceOf(StartException.class);
  }

  @Test
  void trustStoreThatCantBeReadIsNamedWithoutItsPassword() {
    BrokerCertificate right = kafka.certificate();
    assertRefused(
        () -> check(PASSWORD, right, "kafka.ssl.truststore.location=" + folder.resolve("none.p12")),
        "none.p12");
    BrokerCertificate wrong =
        new BrokerCertificate(right.keyStore(), right.trustStore(), "wrong-store-4713");
    assertRefused(() -> check(PASSWORD, wrong), "trust.p12", "password was incorrect");
  }

  @Test
  void plainClientAtAListenerWithTlsIsToldOfTheProtocol() {
    assertThatThrownBy(
            () ->
                check(
                    List.of("kafka.bootstrap.servers=" + kafka.securedServers()),
                    StreamOptionsTest.LEAST))
        .isInstanceOf(StartException.class)
        .hasMessageEndingWith("; if it asks for TLS or a login, give kafka.security.protocol");
  }

  @Test
  void clientWithTlsAtAPlainListenerIsToldOfTheProtocol() {
    assertThatThrownBy(
            () ->
                check(
                    PASSWORD,
                    kafka.certificate(),
                    "kafka.bootstrap.servers=" + kafka.bootstrapServers()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("kafka.security.protocol in job.yaml, line 8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%s",
        "scram required username=alice password=%s;",
        "scram required username=\"alice\" password=\"%s\"",
        "scram required username=\"alice\" password=%s and more;",
        "scram required username=\"alice\" password=a %s;",
        "scram required username=\"alice\" password=\"a\" %s;",
        "scram needed username=\"alice\" password=\"%s\";",
        "scram required username=\"alice\" password='%s;",
        "scram required %s=\"alice\" password=;"
      })
  void loginThatIsNoLoginIsRefusedWithoutAnyPieceOfIt(String login) {
    for (String password : List.of("sesame4711", "4711sesame", "sesame@4711!", "4711")) {
      Map<String, String> environment =
          Map.of("LOGIN", login.formatted(password), "STORE", kafka.certificate().password());
      assertThatThrownBy(() -> check(yaml(kafka.certificate()), List.of(), environment))
          .isInstanceOf(StartException.class)
          .hasMessageStartingWith("kafka.sasl.jaas.config in job.yaml, line 11 is no login: ")
          .hasMessageNotContainingAny("4711", "sesame")
          .hasNoCause();
    }
  }

  private static void assertRefused(ThrowingCallable check, String... said) {
    assertThatThrownBy(check)
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("Kafka's client refuses the options under kafka.: ")
        .hasMessageContainingAll(said)
        .hasMessageNotContainingAny(PASSWORD, "wrong-store-4713", kafka.certificate().password());
  }

  private static void check(String password, BrokerCertificate certificate, String... overrides) {
    check(
        yaml(certificate),
        List.of(overrides),
        Map.of("LOGIN", LOGIN.formatted(password), "STORE", certificate.password()));
  }

  private static void check(List<String> overrides, String yaml) {
    check(yaml, overrides, Map.of());
  }

  private static void check(String yaml, List<String> overrides, Map<String, String> environment) {
    Options options =
        StreamOptions.all().read("job.yaml", yaml, new ArrayList<>(overrides), environment);
    new KafkaCheck(options, Duration.ofSeconds(5)).run();
  }

  private static String yaml(BrokerCertificate certificate) {
    return """
        bundle: /models/intents
        source.topic: events
        sink.topic: predictions
        dead.letters.topic: dead-letters
        kafka:
          # Every line of these is told by its number.
          bootstrap.servers: "%s"
          security.protocol: SASL_SSL
          sasl.mechanism: SCRAM-SHA-256

          sasl.jaas.config: ${LOGIN}
          ssl.truststore.location: "%s"
          ssl.truststore.type: PKCS12
          ssl.truststore.password: ${STORE}
        """
        .formatted(kafka.securedServers(), certificate.trustStore());
  }
}
