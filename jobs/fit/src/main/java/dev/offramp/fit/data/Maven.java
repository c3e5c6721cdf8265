package dev.offramp.fit.data;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Fetches artifacts by running Maven itself, so that the user's settings, mirrors, proxies and
 * local repository apply.
 *
 * @param program the command that starts Maven
 */
record Maven(String program) {
  private static final String COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";
  private static final int LAST_LINES = 8;

  /** The {@code mvn} on the user's path. */
  static Maven onPath() {
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    return new Maven(windows ? "mvn.cmd" : "mvn");
  }

  /**
   * Copies an artifact's jar into a folder.
   *
   * @param artifact group:artifact:version
   * @param folder empty; Maven runs here, away from any project
   * @return the jar
   * @throws IllegalStateException says what to do, with Maven's last lines
   */
  Path copy(String artifact, Path folder) throws IOException {
    Path log = folder.resolve("maven.log");
    List<String> command =
        List.of(program, "-q", "-B", COPY, "-Dartifact=" + artifact, "-DoutputDirectory=" + folder);
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException e) {
      throw new IllegalStateException(
          "%s is fetched by Maven, but %s can't be started (%s): install Maven 3.8 or newer and put it on the PATH"
              .formatted(artifact, program, e.getMessage()),
          e);
    }
    int status = await(process);
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> jars = files.filter(f -> f.toString().endsWith(".jar")).toList();
      if (status == 0 && jars.size() == 1) {
        return jars.get(0);
      }
    }
    throw new IllegalStateException(
        """
        Maven could not fetch %s (exit code %d). Check the network and the mirrors in Maven's settings.xml, \
        then run again, or by hand: %s
        Maven's last lines:
        %s"""
            .formatted(artifact, status, String.join(" ", command), lastLines(log)));
  }

  private static int await(Process process) {
    try {
      process.getOutputStream().close();
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Maven was fetching", e);
    } catch (IOException e) {
      throw new IllegalStateException("Maven's input can't be closed", e);
    }
  }

  private static String lastLines(Path log) throws IOException {
    // Maven writes in the system's character set.
    String text = new String(Files.readAllBytes(log), Charset.defaultCharset());
    List<String> lines = text.replaceAll("\u001B\\[[0-9;]*m", "").lines().toList();
    return lines.stream()
        .filter(line -> !line.isBlank())
        .skip(Math.max(0, lines.stream().filter(line -> !line.isBlank()).count() - LAST_LINES))
        .collect(Collectors.joining("\n"));
  }
}
