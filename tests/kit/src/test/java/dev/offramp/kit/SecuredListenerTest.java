package dev.offramp.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecuredListenerTest {
  private static LocalKafka kafka;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    kafka = LocalKafka.startSecured("alice", "open-sesame");
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void clientWithTheLoginAndTheCertificateIsLetIn() throws Exception {
    kafka.createTopic("plain", 1);
    assertThat(topics("open-sesame", kafka.certificate())).containsKey("plain");
  }

  @Test
  void wrongPasswordIsRefused() {
    assertThatThrownBy(() -> topics("shut-sesame", kafka.certificate()))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(SaslAuthenticationException.class);
  }

  @Test
  void clientThatTrustsAnotherCertificateRefuses() throws Exception {
    BrokerCertificate other = BrokerCertificate.make(folder);
    assertThatThrownBy(() -> topics("open-sesame", other))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(SslAuthenticationException.class);
  }

  @Test
  void trustStoreHasTheCertificateAndNoKey() throws Exception {
    BrokerCertificate certificate = BrokerCertificate.make(folder);
    var trusted =
        KeyStore.getInstance(
            certificate.trustStore().toFile(), certificate.password().toCharArray());
    assertThat(trusted.size()).isEqualTo(1);
    assertThat(trusted.isCertificateEntry("broker")).isTrue();
    assertThat(Files.size(certificate.keyStore())).isPositive();
  }

  @Test
  void plainBrokerHasNoSecuredListener() {
    try (LocalKafka plain = LocalKafka.start()) {
      assertThatThrownBy(plain::securedServers)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("startSecured");
    }
  }

  private static Map<String, ?> topics(String password, BrokerCertificate certificate)
      throws Exception {
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", kafka.securedServers());
    properties.put("security.protocol", "SASL_SSL");
    properties.put("sasl.mechanism", "SCRAM-SHA-256");
    properties.put(
        "sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"alice\" password=\"%s\";"
            .formatted(password));
    properties.put("ssl.truststore.location", certificate.trustStore().toString());
    properties.put("ssl.truststore.password", certificate.password());
    properties.put("ssl.truststore.type", "PKCS12");
    try (Admin admin = Admin.create(properties)) {
      return admin.listTopics().namesToListings().get();
    }
  }
}
