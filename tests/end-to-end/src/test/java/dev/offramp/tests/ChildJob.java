package dev.offramp.tests;

import static java.io.File.pathSeparator;
import static java.nio.charset.StandardCharsets.UTF_8;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.google.protobuf.Message;
import dev.offramp.flink.Offramp;
import dev.offramp.kit.ApartMain;
import dev.offramp.kit.JvmProcess;
import dev.offramp.runtime.OpenSessions;
import dev.offramp.runtime.Runner;
import dev.offramp.schemas.Event;
import dev.offramp.stream.StreamJob;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.yaml.snakeyaml.Yaml;

/** A {@link JobProcess}, seen from outside. One thread. */
final class ChildJob implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;
  private static final int LAST_LINES = 100;

  private final Process process;
  private final PrintWriter commands;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> said = new ArrayBlockingQueue<>(LAST_LINES);

  /**
   * Starts it.
   *
   * @param folder its working directory, for its temporary files too
   * @param apart whether the job's classes come as in a jar of its own, not from Flink's class path
   */
  ChildJob(Path folder, boolean apart) throws IOException {
    Path temporary = Files.createDirectories(folder.resolve("tmp"));
    List<String> command =
        new ArrayList<>(
            List.of(
                JvmProcess.java(),
                // A heap of one size from the beginning, so that what memory grows by is not heap.
                "-Xms512m",
                "-Xmx512m",
                "-XX:+AlwaysPreTouch",
                // What the JDK keeps for as long as there is room is no leak.
                "-XX:SoftRefLRUPolicyMSPerMB=0",
                "-Dai.djl.offline=true",
                "-Djava.io.tmpdir=" + temporary));
    for (String name : List.of("lang", "util", "nio", "time")) {
      command.add("--add-opens=java.base/java.%s=ALL-UNNAMED".formatted(name));
    }
    List<String> places = List.of(System.getProperty("java.class.path").split(pathSeparator, -1));
    Set<Path> ofTheJob = ofTheJob();
    Map<Boolean, String> parts =
        places.stream()
            .collect(
                Collectors.partitioningBy(
                    place -> apart && ofTheJob.contains(Path.of(place)),
                    Collectors.joining(pathSeparator)));
    command.addAll(List.of("-cp", parts.get(false)));
    if (apart) {
      command.addAll(List.of(ApartMain.class.getName(), parts.get(true)));
    }
    command.addAll(
        List.of(
            JobProcess.class.getName(),
            Files.createDirectories(folder.resolve("failed")).toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    // Else what threads have freed lies about in a heap each, up to a hundred megabytes of it, and
    // hides what was never freed. Flink's own images take another allocator for that reason.
    builder.environment().put("MALLOC_ARENA_MAX", "1");
    process = builder.directory(folder.toFile()).redirectErrorStream(true).start();
    commands = new PrintWriter(process.outputWriter(UTF_8), true);
    // Always read, or the process would stand still at a full pipe.
    Thread reader = new Thread(this::read, "output-of-the-child");
    reader.setDaemon(true);
    reader.start();
  }

  /** Where that lies which comes in the job's jar. */
  private static Set<Path> ofTheJob() {
    return Stream.of(
            JobProcess.class,
            StreamJob.class,
            Offramp.class,
            Runner.class,
            OpenSessions.class,
            Event.class,
            Schema.class,
            AvroTypeInfo.class,
            ObjectMapper.class,
            JsonFactory.class,
            YAMLFactory.class,
            Yaml.class,
            ModelProto.class,
            Message.class)
        .map(Deployed::place)
        .collect(Collectors.toSet());
  }

  private void read() {
    try (BufferedReader output = process.inputReader(UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith(JobProcess.ANSWER)) {
          answers.add(line.substring(JobProcess.ANSWER.length()));
        } else {
          say(line);
        }
      }
    } catch (IOException e) {
      say(e.toString());
    }
  }

  private void say(String line) {
    while (!said.offer(line)) {
      said.poll();
    }
  }

  /** What it printed beside its answers, the last of it. */
  String lastWords() {
    return String.join("\n", said);
  }

  /** Has a command done and waits for its answer. */
  String ask(String command) throws InterruptedException {
    commands.println(command);
    String answer = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (answer == null) {
      throw new AssertionError("no answer to %s:%n%s".formatted(command, lastWords()));
    }
    return answer;
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
  public void close() {
    commands.close();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
