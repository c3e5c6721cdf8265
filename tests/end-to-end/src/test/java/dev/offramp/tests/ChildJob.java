package dev.offramp.tests;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link JobProcess}, seen from outside. One thread. */
final class ChildJob implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final PrintWriter commands;
  private final BufferedReader answers;
  private final StringBuilder said = new StringBuilder();

  /**
   * Starts it.
   *
   * @param folder its working directory, for its temporary files too
   */
  ChildJob(Path folder) throws IOException {
    Path temporary = Files.createDirectories(folder.resolve("tmp"));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // A heap of one size from the beginning, so that what memory grows by is not heap.
                "-Xms512m",
                "-Xmx512m",
                "-XX:+AlwaysPreTouch",
                "-Dai.djl.offline=true",
                "-Djava.io.tmpdir=" + temporary));
    for (String name : List.of("lang", "util", "nio", "time")) {
      command.add("--add-opens=java.base/java.%s=ALL-UNNAMED".formatted(name));
    }
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            JobProcess.class.getName(),
            Files.createDirectories(folder.resolve("failed")).toString()));
    process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    commands = new PrintWriter(process.outputWriter(UTF_8), true);
    answers = process.inputReader(UTF_8);
  }

  /** Has a command done and waits for its answer. */
  String ask(String command) throws IOException {
    commands.println(command);
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.startsWith(JobProcess.ANSWER)) {
        return line.substring(JobProcess.ANSWER.length());
      }
      said.append(line).append('\n');
    }
    throw new AssertionError("the process ended at " + command + ":\n" + said);
  }

  /**
   * Sends SIGTERM and waits for the end.
   *
   * @return how long that took
   */
  Duration terminate() throws Exception {
    long begun = System.nanoTime();
    process.destroy();
    process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  /** How it ended. */
  int exitCode() {
    return process.exitValue();
  }

  /** Ends its input, and it with that; by force if it doesn't end. */
  @Override
  public void close() throws IOException {
    commands.close();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    answers.close();
  }
}
