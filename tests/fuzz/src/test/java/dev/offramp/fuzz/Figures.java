package dev.offramp.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a run of one target gave.
 *
 * @param executions how many inputs were read
 * @param seconds the JVM's start included
 * @param seed of chance
 * @param findings what broke the rule
 */
record Figures(String target, long executions, long seconds, long seed, List<String> findings) {

  /** Writes the table of all runs. */
  static void write(Path file, List<Figures> all) throws IOException {
    StringBuilder table =
        new StringBuilder("| Target | Executions | Seconds | Seed | New findings |\n");
    table.append("| --- | --- | --- | --- | --- |\n");
    for (Figures f : all) {
      table.append(
          "| %s | %,d | %d | %d | %d |\n"
              .formatted(f.target, f.executions, f.seconds, f.seed, f.findings.size()));
    }
    Files.write(file, table.toString().getBytes(UTF_8));
  }
}
