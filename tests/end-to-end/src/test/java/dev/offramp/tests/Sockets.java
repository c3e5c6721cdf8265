package dev.offramp.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The TCP sockets of this process that listen, as Linux lists them. */
final class Sockets {
  private static final String LISTENS = "0A";
  private static final String LOOPBACK = "0100007F";
  private static final String LOOPBACK_IN_IPV6 = "0000000000000000FFFF0000" + LOOPBACK;
  private static final String LOOPBACK_OF_IPV6 = "00000000000000000000000001000000";

  private Sockets() {}

  /** Each as {@code loopback:PORT} or, if other machines can reach it, {@code anywhere:PORT}. */
  static Set<String> listening() throws IOException {
    Set<String> ours = inodes();
    Set<String> found = new TreeSet<>();
    for (String table : List.of("/proc/self/net/tcp", "/proc/self/net/tcp6")) {
      try (Stream<String> lines = Files.lines(Path.of(table)).skip(1)) {
        lines
            .map(line -> line.strip().split("\\s+"))
            .filter(cells -> cells[3].equals(LISTENS) && ours.contains(cells[9]))
            .forEach(cells -> found.add(shown(cells[1])));
      }
    }
    return found;
  }

  private static String shown(String local) {
    int colon = local.indexOf(':');
    boolean loopback =
        Set.of(LOOPBACK, LOOPBACK_IN_IPV6, LOOPBACK_OF_IPV6).contains(local.substring(0, colon));
    return "%s:%d"
        .formatted(
            loopback ? "loopback" : "anywhere", Integer.parseInt(local.substring(colon + 1), 16));
  }

  private static Set<String> inodes() throws IOException {
    Set<String> inodes = new HashSet<>();
    List<Path> descriptors;
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      descriptors = all.toList();
    }
    for (Path descriptor : descriptors) {
      target(descriptor)
          .filter(target -> target.startsWith("socket:["))
          .ifPresent(
              target -> inodes.add(target.substring("socket:[".length(), target.length() - 1)));
    }
    return inodes;
  }

  /** What a descriptor is of; empty: it was closed meanwhile. */
  private static Optional<String> target(Path descriptor) throws IOException {
    try {
      return Optional.of(Files.readSymbolicLink(descriptor).toString());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
