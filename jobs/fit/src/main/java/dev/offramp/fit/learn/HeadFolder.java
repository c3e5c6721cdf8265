package dev.offramp.fit.learn;

import dev.offramp.runtime.FileFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Heads in a folder, a file each: the lengths of mean, deviation, w1, b1, w2 and b2 as integers,
 * their floats, and the CRC-32 of all of it; little-endian. A file is written beside its place and
 * moved there, so that it is whole or absent. Any thread, and any process.
 */
public final class HeadFolder implements HeadStore {
  private static final int ARRAYS = 6;
  private static final int HEADER_BYTES = ARRAYS * Integer.BYTES;
  private static final int CHECK_BYTES = Integer.BYTES;

  private final Path folder;

  /**
   * Heads in this folder.
   *
   * @param folder is made when the first head is saved
   */
  public HeadFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * {@inheritDoc}
   *
   * @throws UncheckedIOException if the file is there but can't be read
   */
  @Override
  public Head load(String name) {
    try {
      return decoded(ByteBuffer.wrap(Files.readAllBytes(file(name))));
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw failed("read", e);
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws UncheckedIOException if it can't be written
   */
  @Override
  public void save(String name, Head head) {
    try {
      Files.createDirectories(folder);
      Path part = Files.createTempFile(folder, "part-", ".tmp");
      try {
        Files.write(part, encoded(head));
        Files.move(part, file(name), StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw failed("kept", e);
    }
  }

  private Path file(String name) {
    return folder.resolve(name + ".head");
  }

  private UncheckedIOException failed(String what, IOException e) {
    return new UncheckedIOException(
        "learned heads can't be %s in %s; another cache can be named by OFFRAMP_CACHE: %s"
            .formatted(what, folder, FileFailure.withFile(e)),
        e);
  }

  private static byte[] encoded(Head head) {
    List<float[]> arrays =
        List.of(head.mean(), head.deviation(), head.w1(), head.b1(), head.w2(), head.b2());
    int floats = arrays.stream().mapToInt(a -> a.length).sum();
    ByteBuffer bytes =
        ByteBuffer.allocate(HEADER_BYTES + floats * Float.BYTES + CHECK_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    arrays.forEach(a -> bytes.putInt(a.length));
    for (float[] a : arrays) {
      bytes.asFloatBuffer().put(a);
      bytes.position(bytes.position() + a.length * Float.BYTES);
    }
    return bytes.putInt(check(bytes)).array();
  }

  /** The head; null if it isn't whole. */
  private static Head decoded(ByteBuffer bytes) {
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.capacity() < HEADER_BYTES + CHECK_BYTES
        || bytes.getInt(bytes.capacity() - CHECK_BYTES) != check(bytes)) {
      return null;
    }
    float[][] arrays = new float[ARRAYS][];
    int from = HEADER_BYTES;
    for (int i = 0; i < ARRAYS; i++) {
      long length = bytes.getInt(i * Integer.BYTES);
      if (length < 0 || from + length * Float.BYTES > bytes.capacity() - CHECK_BYTES) {
        return null;
      }
      arrays[i] = new float[(int) length];
      bytes.position(from).asFloatBuffer().get(arrays[i]);
      from += arrays[i].length * Float.BYTES;
    }
    return from == bytes.capacity() - CHECK_BYTES
        ? new Head(arrays[0], arrays[1], arrays[2], arrays[3], arrays[4], arrays[5])
        : null;
  }

  /** Of all but the check itself: a crash of the machine can leave a file of the right length. */
  private static int check(ByteBuffer bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes.duplicate().rewind().limit(bytes.capacity() - CHECK_BYTES));
    return (int) crc.getValue();
  }
}
