package dev.offramp.tests;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The drills' results as {@code drills.md} and {@code drills.json}, written anew at each one. */
final class DrillTable {
  private final Path folder;
  private final List<DrillResult> results = new ArrayList<>();

  DrillTable(Path folder) {
    this.folder = folder;
  }

  void add(DrillResult result) throws IOException {
    results.add(result);
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("drills.md"), markdown());
    new ObjectMapper()
        .writerWithDefaultPrettyPrinter()
        .writeValue(folder.resolve("drills.json").toFile(), results);
  }

  private String markdown() {
    StringBuilder table = new StringBuilder();
    table.append(
        "| Drill | Events | Faults | Lost | Doubled | Invalid | Dead-lettered |"
            + " Seconds to recover | Seed |\n");
    table.append("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for (DrillResult r : results) {
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %,d | %s | %d | %d | %d | %d | %s | %d |%n",
              r.drill(),
              r.events(),
              String.join("; ", r.faults()),
              r.lost(),
              r.doubled(),
              r.invalid(),
              r.deadLettered(),
              r.secondsToRecover().stream()
                  .map(s -> String.format(Locale.ROOT, "%.1f", s))
                  .collect(Collectors.joining(", ")),
              r.seed()));
    }
    return table.toString();
  }
}
