package dev.offramp.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;

/** What Jazzer calls: once to begin, with targets' names, then with each input, and at the end. */
public final class Fuzzed {
  private static Choice choice;
  private static Path folder;

  private Fuzzed() {}

  /** Makes the targets of these names. */
  public static void fuzzerInitialize(String[] names) throws Exception {
    folder = Files.createTempDirectory("offramp-fuzz-");
    choice = new Choice(Arrays.stream(names).map(Targets::named).toList(), folder);
  }

  /** Checks one input. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    choice.check(input);
  }

  /** Deletes the targets' files. */
  public static void fuzzerTearDown() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
