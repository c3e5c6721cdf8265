package dev.offramp.flink;

import dev.offramp.runtime.Bundle;
import dev.offramp.runtime.BundleException;
import dev.offramp.runtime.Manifest;
import dev.offramp.runtime.ManifestFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.flink.core.fs.FileSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bundle's folder on this machine: the folder itself where it is local, else a copy of it, which
 * is deleted on close. The manifest is copied and checked before any name in it is used. One
 * thread.
 */
final class BundleFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BundleFolder.class);
  private static final int CHUNK = 1 << 16;

  private final String source;
  private final FileSystem files;
  private final Path folder;
  private final boolean copy;

  private BundleFolder(String source, FileSystem files, Path folder, boolean copy) {
    this.source = source;
    this.files = files;
    this.folder = folder;
    this.copy = copy;
  }

  /**
   * Reads and checks a bundle's manifest, wherever it lies.
   *
   * @throws BundleException names the file, the rule it breaks and what to do
   */
  static Manifest readManifest(String source) {
    Path temp = Path.of(System.getProperty("java.io.tmpdir"));
    try (BundleFolder folder = locate(source, temp)) {
      folder.fetch(ManifestFile.NAME, ManifestFile.MAX_BYTES);
      return folder.use(Bundle::readManifest);
    }
  }

  /**
   * The folder with all that its manifest names.
   *
   * @param temp where copies go
   * @throws BundleException names the file, the rule it breaks and what to do
   */
  static BundleFolder whole(String source, Path temp) {
    BundleFolder folder = locate(source, temp);
    try {
      folder.fetch(ManifestFile.NAME, ManifestFile.MAX_BYTES);
      if (folder.copy) {
        List<String> names = Bundle.files(folder.use(Bundle::readManifest));
        names.stream().distinct().forEach(name -> folder.fetch(name, Long.MAX_VALUE));
      }
      return folder;
    } catch (Throwable t) {
      folder.close();
      throw t;
    }
  }

  /** Does something with the folder; what goes wrong names the place that people know. */
  <T> T use(Function<Path, T> action) {
    try {
      return action.apply(folder);
    } catch (BundleException e) {
      if (!copy) {
        throw e;
      }
      throw new BundleException(e.getMessage().replace(folder.toString(), source), e);
    }
  }

  @Override
  public void close() {
    if (!copy) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      LOG.warn("the copy of {} in {} can't be deleted", source, folder, e);
    }
  }

  private static BundleFolder locate(String source, Path temp) {
    try {
      var path = new org.apache.flink.core.fs.Path(source);
      FileSystem files = FileSystem.getUnguardedFileSystem(path.toUri());
      if (!files.isDistributedFS()) {
        return new BundleFolder(source, files, Path.of(path.getPath()), false);
      }
      Files.createDirectories(temp);
      return new BundleFolder(
          source, files, Files.createTempDirectory(temp, "offramp-bundle-"), true);
    } catch (IOException | IllegalArgumentException e) {
      throw new BundleException(
          "bundle %s can't be reached: %s".formatted(source, e.getMessage()), e);
    }
  }

  /** Copies a file, as many bytes as its folder says it has. */
  private void fetch(String name, long limit) {
    if (!copy) {
      return;
    }
    var from = new org.apache.flink.core.fs.Path(source, name);
    try {
      long length = files.getFileStatus(from).getLen();
      if (length > limit) {
        throw new BundleException("%s is larger than %d bytes".formatted(from, limit));
      }
      try (InputStream in = files.open(from);
          OutputStream out = Files.newOutputStream(folder.resolve(name))) {
        byte[] chunk = new byte[CHUNK];
        long left = length;
        while (left > 0) {
          int read = in.read(chunk, 0, (int) Math.min(CHUNK, left));
          if (read < 0) {
            throw new IOException("it ends %d bytes short of %d".formatted(left, length));
          }
          out.write(chunk, 0, read);
          left -= read;
        }
      }
    } catch (IOException e) {
      throw new BundleException("%s can't be read: %s".formatted(from, e.getMessage()), e);
    }
  }
}
