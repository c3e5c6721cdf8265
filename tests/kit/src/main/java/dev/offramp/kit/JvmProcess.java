package dev.offramp.kit;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A JVM of its own that can be killed, paused and started again. Its output is appended to a file.
 * Use it from one thread.
 */
public final class JvmProcess {
  private static final Logger LOG = LoggerFactory.getLogger(JvmProcess.class);
  private static final long DEATH_SECONDS = 60;
  private static final int LAST_LINES = 30;

  private final String name;
  private final Path log;
  private final Path temporary;
  private final List<String> flags;
  private final String classPath;
  private final IntFunction<List<String>> command;
  private Process process;
  private boolean paused;
  private int starts;

  /**
   * @param folder for its temporary files
   * @param log receives what it prints
   * @param flags for its JVM
   * @param classPath with {@link ChildMain}
   * @param command main class and arguments at its n-th start, from 1
   */
  JvmProcess(
      String name,
      Path folder,
      Path log,
      List<String> flags,
      String classPath,
      IntFunction<List<String>> command) {
    this.name = name;
    this.log = log;
    this.temporary = folder.resolve(name + "-tmp");
    this.flags = flags;
    this.classPath = classPath;
    this.command = command;
  }

  /** Path of the command that started this JVM. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** What the process is called in logs and errors. */
  public String name() {
    return name;
  }

  /** Its number in the operating system, while it runs. */
  public long pid() {
    return process.pid();
  }

  /** How often it was started. */
  public int starts() {
    return starts;
  }

  /** Starts it. It runs at return, but need not be ready. */
  public void start() {
    if (isAlive()) {
      throw new IllegalStateException(name + " runs already");
    }
    starts++;
    List<String> line = new ArrayList<>();
    line.add(java());
    line.addAll(flags);
    line.add("-Djava.io.tmpdir=" + temporary);
    line.add(ChildMain.class.getName());
    line.addAll(command.apply(starts));
    ProcessBuilder builder = new ProcessBuilder(line);
    // In the environment, since it is too long for some systems' command lines.
    builder.environment().put("CLASSPATH", classPath);
    builder.redirectErrorStream(true);
    // So that messages read the same everywhere.
    builder.environment().put("LC_ALL", "C");
    builder.directory(new File(temporary.toString()));
    try {
      Files.createDirectories(temporary);
      process = builder.start();
      paused = false;
      log(process.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(name + " was not started", e);
    }
  }

  /** Appends to the log from here, so that a process that can't write files can still speak. */
  private void log(InputStream output) {
    Thread thread =
        new Thread(
            () -> {
              try (OutputStream file = Files.newOutputStream(log, CREATE, APPEND)) {
                output.transferTo(file);
              } catch (IOException e) {
                LOG.warn("the log of {} ends here", name, e);
              }
            },
            "log-of-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Whether its log holds these words. */
  public boolean said(String words) {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.anyMatch(line -> line.contains(words));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it runs, or is paused. */
  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Whether it is paused. */
  public boolean isPaused() {
    return isAlive() && paused;
  }

  /** {@code kill -9}: no code of the process runs any more. Returns when it is gone. */
  public void kill() {
    if (process != null) {
      process.destroyForcibly();
      awaitEnd(Duration.ofSeconds(DEATH_SECONDS), "SIGKILL");
    }
  }

  /**
   * SIGTERM: the process shuts down by itself. Returns when it is gone.
   *
   * @throws IllegalStateException if it still runs after so long
   */
  public void terminate(Duration patience) {
    process.destroy();
    awaitEnd(patience, "SIGTERM");
  }

  /** SIGSTOP: it stands still, but holds its sockets and its memory. */
  public void pause() {
    run("kill -STOP " + process.pid());
    paused = true;
  }

  /** SIGCONT: it goes on. */
  public void resume() {
    run("kill -CONT " + process.pid());
    paused = false;
  }

  /**
   * Lets every write that makes a file longer fail, as on a full disk, or lets it succeed again. It
   * is the operating system that refuses, by the limit on file sizes, with "File too large". Needs
   * {@code prlimit} of util-linux.
   */
  public void refuseWrites(boolean refuse) {
    run("prlimit --pid %d --fsize=%s:".formatted(process.pid(), refuse ? "0" : "unlimited"));
  }

  private void awaitEnd(Duration patience, String signal) {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(
            "%s still runs %s after %s; its log: %s".formatted(name, patience, signal, log));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + name + " ended", e);
    }
  }

  private void run(String command) {
    try {
      Process shell = new ProcessBuilder("sh", "-c", command).inheritIO().start();
      if (shell.waitFor() != 0) {
        throw new IllegalStateException("`%s` failed for %s".formatted(command, name));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted at `%s`".formatted(command), e);
    }
  }

  /** The last lines of its log. */
  String lastWords() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
