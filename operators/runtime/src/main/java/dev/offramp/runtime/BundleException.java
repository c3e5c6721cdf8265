package dev.offramp.runtime;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;

/** A bundle that can't be used. The message names the file, the rule and what to do. */
public final class BundleException extends RuntimeException {
  /** For those who bring a bundle from elsewhere, too. */
  public BundleException(String message) {
    super(message);
  }

  /** For those who bring a bundle from elsewhere, too. */
  public BundleException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Throws unless the rule is kept. */
  @FormatMethod
  static void unless(boolean kept, @FormatString String broken, Object... args) {
    if (!kept) {
      throw new BundleException(broken.formatted(args));
    }
  }
}
