package dev.offramp.fit.data;

import dev.offramp.runtime.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 over several things, each with its length, so that no two lists of things agree. One
 * thread.
 */
public final class Hash {
  private final MessageDigest digest = sha256();

  /**
   * SHA-256 of a file's content, 64 hexadecimal digits.
   *
   * @throws UncheckedIOException names the file that can't be read
   */
  public static String of(Path file) {
    try {
      return Sha256.of(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be read", e);
    }
  }

  /** A hash of nothing yet. */
  public Hash() {}

  /** Adds a thing. */
  public Hash add(String thing) {
    return add(thing.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds what an example holds for the network to read. */
  public Hash add(Example example) {
    if (example.text() != null) {
      return add(example.text());
    }
    float[] values = example.tensor().values();
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES));
    bytes.asFloatBuffer().put(values);
    return add(example.tensor().shape().toString()).add(bytes.array());
  }

  private Hash add(byte[] bytes) {
    digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
    digest.update(bytes);
    return this;
  }

  /** The hash so far, 64 hexadecimal digits; ends the use of this object. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
