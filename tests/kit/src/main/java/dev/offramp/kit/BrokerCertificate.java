package dev.offramp.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.UUID;

/**
 * A key and a certificate for 127.0.0.1 that signs itself, made by the JDK's keytool and good for
 * two days, with the store that makes a client trust it.
 *
 * @param keyStore PKCS12 file with the key, for the broker
 * @param trustStore PKCS12 file with the certificate alone, for clients
 * @param password of both files, made up anew each time
 */
public record BrokerCertificate(Path keyStore, Path trustStore, String password) {
  private static final String ALIAS = "broker";
  private static final String TYPE = "PKCS12";

  /**
   * Makes a certificate.
   *
   * @param folder where its files go; must exist
   * @throws IllegalStateException keytool fails; tells what it says
   */
  public static BrokerCertificate make(Path folder) throws IOException {
    String password = UUID.randomUUID().toString();
    Path keyStore = folder.resolve("key.p12");
    Path trustStore = folder.resolve("trust.p12");
    keytool(keyStore, password);
    try {
      char[] secret = password.toCharArray();
      KeyStore keys = KeyStore.getInstance(TYPE);
      try (InputStream in = Files.newInputStream(keyStore)) {
        keys.load(in, secret);
      }
      Certificate certificate = keys.getCertificate(ALIAS);
      KeyStore trusted = KeyStore.getInstance(TYPE);
      trusted.load(null, secret);
      trusted.setCertificateEntry(ALIAS, certificate);
      try (OutputStream out = Files.newOutputStream(trustStore)) {
        trusted.store(out, secret);
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no trust store %s: %s".formatted(trustStore, e), e);
    }
    return new BrokerCertificate(keyStore, trustStore, password);
  }

  private static void keytool(Path keyStore, String password) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            ALIAS,
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=127.0.0.1",
            "-ext",
            "SAN=ip:127.0.0.1",
            "-validity",
            "2",
            "-storetype",
            TYPE,
            "-keystore",
            keyStore.toString(),
            "-storepass:env",
            "STORE_PASSWORD");
    builder.environment().put("STORE_PASSWORD", password);
    Process keytool = builder.redirectErrorStream(true).start();
    keytool.getOutputStream().close();
    String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
    try {
      int code = keytool.waitFor();
      if (code != 0) {
        throw new IllegalStateException("keytool ended with %d: %s".formatted(code, said.strip()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while keytool made " + keyStore, e);
    }
  }
}
