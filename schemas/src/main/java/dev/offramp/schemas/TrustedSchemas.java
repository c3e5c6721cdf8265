package dev.offramp.schemas;

import org.apache.avro.util.ClassSecurityValidator;

/**
 * Lets Avro make this package's classes. From 1.12.2 on it reads only into classes that it was told
 * to trust; what reads these records calls {@link #trust} first, so that nobody must set a system
 * property on every machine. Any thread.
 */
public final class TrustedSchemas {
  private static final String PACKAGE = TrustedSchemas.class.getPackageName();
  private static boolean trusted;

  private TrustedSchemas() {}

  /** Adds this package to what Avro trusts in this JVM; once is enough, more does no harm. */
  public static synchronized void trust() {
    if (!trusted) {
      ClassSecurityValidator.setGlobal(
          ClassSecurityValidator.composite(
              ClassSecurityValidator.getGlobal(), c -> c.getPackageName().equals(PACKAGE)));
      trusted = true;
    }
  }
}
