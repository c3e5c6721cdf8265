package dev.offramp.runtime;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A bundle that can't be used. The message names the file, the rule and what to do. */
public final class BundleException extends RuntimeException {
  /** What to do about a file that is missing, changed or damaged; the end of a message. */
  static final String REMEDY = "copy the whole bundle again, or learn it anew with `offramp fit`";

  /** For those who bring a bundle from elsewhere, too. */
  public BundleException(String message) {
    super(message);
  }

  /** For those who bring a bundle from elsewhere, too. */
  public BundleException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Throws unless a file of a bundle keeps a rule; the message ends with what to do.
   *
   * @param broken what is wrong with the file
   */
  @FormatMethod
  static void unless(Path file, boolean kept, @FormatString String broken, Object... args) {
    if (!kept) {
      throw new BundleException("%s: %s; %s".formatted(file, broken.formatted(args), REMEDY));
    }
  }

  /** A file of a bundle that can't be read. */
  static BundleException unreadable(Path file, IOException e) {
    return e instanceof NoSuchFileException
        ? missing(file, e)
        : new BundleException("%s can't be read: %s".formatted(file, FileFailure.reason(e)), e);
  }

  /**
   * A file of a bundle that is not there, or whose folder is not.
   *
   * @param cause may be null
   */
  static BundleException missing(Path file, Throwable cause) {
    Path folder = file.toAbsolutePath().getParent();
    String message =
        Files.notExists(folder)
            ? "the bundle's folder %s is gone: put it back, or learn it anew with `offramp fit`"
                .formatted(folder)
            : "%s is missing: %s".formatted(file, REMEDY);
    return new BundleException(message, cause);
  }
}
