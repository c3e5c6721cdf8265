package dev.offramp.tests;

import static java.io.File.pathSeparator;

import dev.offramp.kit.ChildMain;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code mvn package} makes for a cluster, and the class path of a cluster that has it. */
final class Deployed {
  private static final Path BUILT = Path.of("..", "..", "jobs", "stream", "target");

  private Deployed() {}

  /** The job's jar. */
  static Path jar() {
    return BUILT.resolve("offramp-job.jar").toAbsolutePath().normalize();
  }

  /** The jar or folder that a class of this JVM's class path is from. */
  static Path place(Class<?> one) {
    return Path.of(URI.create(one.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  /**
   * Flink, the jars for its lib folder, and {@link ChildMain}: of this JVM's class path no module
   * of ours, no Kafka, and nothing that is in the job's jar but Apache Commons, which Flink has
   * too.
   */
  static String flinkClassPath() throws IOException {
    List<Path> lib = lib();
    Set<String> names = lib.stream().map(Deployed::name).collect(Collectors.toSet());
    Set<String> inJob = new HashSet<>(classes(jar()));
    List<Path> places = new ArrayList<>(lib);
    places.add(place(ChildMain.class));
    for (String place : System.getProperty("java.class.path").split(pathSeparator, -1)) {
      Path path = Path.of(place);
      if (Files.isRegularFile(path) && !names.contains(name(path)) && isFlinks(path, inJob)) {
        places.add(path);
      }
    }
    return places.stream().map(Path::toString).collect(Collectors.joining(pathSeparator));
  }

  private static boolean isFlinks(Path jar, Set<String> inJob) throws IOException {
    String name = name(jar);
    return name.startsWith("commons-")
        || !(name.startsWith("offramp-")
            || name.startsWith("kafka")
            || classes(jar).stream().limit(1).anyMatch(inJob::contains));
  }

  private static List<Path> lib() throws IOException {
    try (Stream<Path> all = Files.list(BUILT.resolve("lib"))) {
      return all.map(jar -> jar.toAbsolutePath().normalize()).toList();
    }
  }

  private static String name(Path jar) {
    return jar.getFileName().toString();
  }

  private static List<String> classes(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream()
          .map(JarEntry::getName)
          .filter(name -> name.endsWith(".class") && !name.endsWith("module-info.class"))
          .toList();
    }
  }
}
