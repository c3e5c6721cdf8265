package dev.offramp.kit;

import java.util.List;
import java.util.Map;

/**
 * A listener of the broker that asks for TLS and for a login by SCRAM-SHA-256, beside the plain one
 * that the broker itself uses.
 *
 * @param user who may log in
 * @param password of letters, digits and hyphens: Kafka's format command has its own commas
 */
record SecuredListener(String user, String password, BrokerCertificate certificate) {
  static final String NAME = "SECURED";
  private static final String MECHANISM = "SCRAM-SHA-256";

  /** What the broker is told beside its plain settings. */
  Map<String, String> properties() {
    String prefix = "listener.name.secured.";
    return Map.of(
        prefix + "sasl.enabled.mechanisms",
        MECHANISM,
        prefix + "scram-sha-256.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;",
        prefix + "ssl.keystore.type",
        "PKCS12",
        prefix + "ssl.keystore.location",
        certificate.keyStore().toString().replace('\\', '/'),
        prefix + "ssl.keystore.password",
        certificate.password(),
        prefix + "ssl.key.password",
        certificate.password());
  }

  /** What makes the format command write the user into the cluster's metadata. */
  List<String> formatArguments() {
    return List.of("--add-scram", "%s=[name=%s,password=%s]".formatted(MECHANISM, user, password));
  }
}
